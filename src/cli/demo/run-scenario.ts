import type { App } from '../../app/create-app.ts'
import { type EdnoClient, ednoClient, type Reply } from '../../client/send.ts'
import { type Verdict, verifyExchange } from '../../client/verify-exchange.ts'
import { systemClock } from '../../ops/clock.ts'
import { applicationOf, type PartyKeys, partyKeys, signedBytes } from '../compose.ts'
import type { Language } from '../output.ts'
import { differences } from './judge.ts'
import type { CameLater } from './later.ts'
import type { Scenario } from './scenarios.ts'

/** All that one run of a scenario brought. */
export interface DemoRun {
  readonly scenario: Scenario
  readonly application: Uint8Array
  readonly keys: PartyKeys
  readonly logKey: string
  readonly reply: Reply
  readonly verdict?: Verdict
  /** How often registries were asked. */
  readonly questions: number
  readonly elapsedMs: number
  readonly differences: readonly string[]
}

/** Runs one scenario against a running edno and judges what came of it. */
export async function runScenario(
  app: App,
  scenario: Scenario,
  language: Language,
  later?: (client: EdnoClient, application: Uint8Array) => Promise<CameLater>,
): Promise<DemoRun> {
  if (app.keys.development === undefined) throw new Error('the demonstration needs development keys')
  const keys = partyKeys(app.keys.development, scenario.party)
  const application = signedBytes(applicationOf(scenario, [], systemClock()), keys.seal, scenario.tamper)
  const before = questionsOf(app)
  const started = performance.now()
  const came = await send({ url: app.url, keys, language }, (client) =>
    later === undefined ? onTheLine(client, application) : later(client, application),
  )
  const { reply } = came
  const elapsedMs = Math.round(performance.now() - started)
  const questions = questionsOf(app) - before
  const verdict = reply.kind === 'answer' ? verify(application, reply, keys, app.logKey) : undefined
  const found = [...came.differences, ...differences(scenario.expect, reply, verdict)]
  if (scenario.expect.kind === 'refusal' && questions > 0) found.push(`registries were asked ${questions} times`)
  const result = { scenario, application, keys, logKey: app.logKey, reply, questions, elapsedMs, differences: found }
  return verdict === undefined ? result : { ...result, verdict }
}

const questionsOf = (app: App): number => [...(app.simulator?.calls.values() ?? [])].reduce((sum, n) => sum + n, 0)

const onTheLine = async (client: EdnoClient, application: Uint8Array): Promise<CameLater> => ({
  reply: await client.send(application),
  differences: [],
})

async function send(
  { url, keys, language }: { readonly url: string; readonly keys: PartyKeys; readonly language: Language },
  ask: (client: EdnoClient) => Promise<CameLater>,
): Promise<CameLater> {
  const client = ednoClient({ url, ca: keys.ca, ...keys.tls }, language)
  try {
    return await ask(client)
  } finally {
    client.close()
  }
}

function verify(
  application: Uint8Array,
  reply: Extract<Reply, { kind: 'answer' }>,
  keys: PartyKeys,
  logKey: string,
): Verdict {
  const verdict = verifyExchange({
    answer: reply.bytes,
    application,
    brokerCertificate: keys.brokerCertificate,
    consumerCertificate: keys.seal.certificate,
    logKey,
    ...(reply.receipt === undefined ? {} : { receipt: reply.receipt }),
  })
  // Everything is at hand here: what could not be looked into is a failure.
  return { ...verdict, holds: verdict.holds && verdict.missing.length === 0 }
}
