import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOG_KEY_FILE } from '../app/keys.ts'
import { type EdnoClient, ednoClient, type PlanReply, type Reply } from '../client/send.ts'
import { verifyExchange } from '../client/verify-exchange.ts'
import type { Config } from '../config/config.ts'
import type { SignedFormat } from '../model/exchange.ts'
import { systemClock } from '../ops/clock.ts'
import { applicationOf, developmentKeys, type PartyKeys, scenarioNamed, scenariosOf, signedBytes } from './compose.ts'
import { keptWhere, screen } from './demo/screen.ts'
import { fill, WORDS } from './demo/words.ts'
import type { Scenario } from './demo/scenarios.ts'
import { printPlan } from './dry-run.ts'
import { keepApplication, writeEvidence } from './evidence-folder.ts'
import { type Output, output } from './output.ts'
import { probeFolder } from './probe-folder.ts'
import { settings } from './settings.ts'
import { notYet, sendAndFollow } from './submit-later.ts'
import { printVerdict } from './verify.ts'

export interface SubmitOptions {
  readonly scenario: string
  readonly scenarios?: string
  readonly set?: readonly string[]
  readonly party?: string
  readonly format: SignedFormat
  readonly url?: string
  readonly out?: string
  readonly dryRun?: boolean
  /** False: `--no-wait`; seconds where `--wait` says so. */
  readonly wait?: boolean | number
  readonly json?: boolean
  readonly lang?: string
}

/** A registry is held back by the demonstration, which is edno and registries in one process. */
const NOT_SLOW = {
  bg: 'Бави регистъра само демонстрацията (npm run demo -- --scenario {}); тук той отговаря както обикновено.',
  en: 'Only the demonstration slows the registry (npm run demo -- --scenario {}); here it answers as it always does.',
}

function tellOfSlowness({ name, slow }: Scenario, out: Output): void {
  if (slow !== undefined) out.complain(fill(out.text(NOT_SLOW), name))
}

/** Sends, verifies and says what came back; false where it was refused or does not hold. */
export async function submit(file: string | undefined, options: SubmitOptions): Promise<boolean> {
  const config = settings()
  const out = output(options.lang)
  const scenario = scenarioNamed(scenariosOf(config, options.scenarios), options.scenario)
  const party = options.party ?? scenario.party
  const keys = await developmentKeys(config, party)
  const compose = () => applicationOf({ ...scenario, party }, options.set ?? [], systemClock())
  const application =
    file === undefined ? signedBytes(compose(), keys.seal, scenario.tamper, options.format) : readFileSync(file)
  probeFolder(options.out)
  if (file === undefined) tellOfSlowness(scenario, out)
  const url = options.url ?? `https://127.0.0.1:${config.http.port}`
  const client = ednoClient({ url, ca: keys.ca, ...keys.tls }, out.language)
  if (options.dryRun === true) return dryRun(await asked(client, url, () => client.plan(application)), options, out)
  const started = performance.now()
  const reply = await asked(client, url, () => sendAndFollow(client, application, options.wait, out))
  const elapsedMs = Math.round(performance.now() - started)
  if (reply.kind === 'problem') return refused(reply, options, out)
  if (reply.kind === 'later') return notYet(reply, { ...options, file: file ?? kept(application, options), party }, out)
  return answered({ application, reply, keys, config, elapsedMs }, options, out)
}

async function asked<T>(client: EdnoClient, url: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw new Error(`edno does not answer at ${url}; is it running (npm start)?`, { cause: error })
  } finally {
    client.close()
  }
}

function dryRun(reply: PlanReply, options: SubmitOptions, out: Output): boolean {
  if (reply.kind === 'problem') return refused(reply, options, out)
  if (options.json === true) out.json(reply.plan)
  else printPlan(reply.plan, out)
  return true
}

function refused({ problem }: Extract<Reply, { kind: 'problem' }>, options: SubmitOptions, out: Output): false {
  if (options.json === true) out.json({ problem })
  else {
    out.line(`${out.bad('✗')} ${out.strong(problem.title)} (${problem.code}, HTTP ${problem.status})`)
    if (problem.detail !== undefined) out.line(`  ${problem.detail}`)
    out.line(`  ${problem.advice}`)
    if (options.out !== undefined) out.line(`\n${out.text(WORDS.nothingKept)}`)
  }
  return false
}

interface Answered {
  readonly application: Uint8Array
  readonly reply: Extract<Reply, { kind: 'answer' }>
  readonly keys: PartyKeys
  readonly config: Config
  readonly elapsedMs: number
}

function answered(
  { application, reply, keys, config, elapsedMs }: Answered,
  options: SubmitOptions,
  out: Output,
): boolean {
  const logKey = developmentLogKey(config)
  const receipt = reply.receipt === undefined ? {} : { receipt: reply.receipt }
  const held = { answer: reply.bytes, application, consumerCertificate: keys.seal.certificate, logKey, ...receipt }
  const verdict = verifyExchange({ ...held, brokerCertificate: keys.brokerCertificate })
  if (options.out !== undefined)
    writeEvidence(options.out, { application, answer: reply.bytes, keys, logKey, ...receipt })
  if (options.json === true) out.json({ answer: verdict.answer, holds: verdict.holds, elapsedMs })
  else {
    if (verdict.answer !== undefined) screen(out).answer(verdict.answer, reply.bytes.length, elapsedMs)
    printVerdict(verdict, out)
    if (options.out !== undefined) out.line(`\n${keptWhere(out, options.out)}`)
  }
  // What was taken back was answered, but nothing came of it.
  return verdict.holds && reply.status === 200 && verdict.answer?.status !== 'cancelled'
}

/** The file that is sent again for the answer. */
const kept = (application: Uint8Array, { out }: SubmitOptions): string | undefined =>
  out === undefined ? undefined : keepApplication(out, application)

/** The log's public key, which edno writes at start; a client in production is given it out of band. */
const developmentLogKey = (config: Config): string =>
  readFileSync(join(config.dataDirectory, LOG_KEY_FILE), 'utf8').trim()
