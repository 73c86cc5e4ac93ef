import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentPki } from '../../src/app/keys.ts'
import { loadRules } from '../../src/app/rules.ts'
import { partyKeys, signedBytes } from '../../src/cli/compose.ts'
import { newApplication } from '../../src/client/compose.ts'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { partyId } from '../../src/model/ids.ts'
import { envelopeOf, personArgument } from '../support/regix.ts'
import { type Contestant, enter, measure, type Measured, summary } from './contest.ts'
import { judgeComplete, judgeStatus } from './exchange.bench.ts'
import { tlsOf } from './keys.ts'
import { type Answered, loadOn } from './load.ts'
import { startProcess } from './process.ts'
import { databaseServer, treeCpuMs } from './processor-time.ts'
import { digits, ratio, table } from './report.ts'

const EGN = '8427029967'
const WARM_UP = 150
const ROUNDS = 6
const BUSY = { count: 80, concurrency: 8 }
const ALONE = { count: 40, concurrency: 1 }
const DOORS = ['signed XML', 'RegiX V2, signed answer', 'RegiX V2, unsigned answer'] as const

export type RegixDoorBench = Readonly<Record<(typeof DOORS)[number], Measured>>

/** The same question to the same registry by each door of one broker, in rounds that alternate. */
export async function regixDoorBench(rounds = ROUNDS): Promise<RegixDoorBench> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
  chmodSync(folder, 0o755)
  const opened: { readonly close: () => Promise<void> | void }[] = []
  try {
    const config = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: folder } })
    const next = await applications(config)
    const registries = await startProcess('registries', { dataDirectory: folder }, [])
    opened.push(registries)
    const broker = await startProcess('broker', { dataDirectory: folder, registries: registries.url }, [])
    opened.push(broker)
    const tls = tlsOf(folder, 'parties/troyan/tls')
    const database = databaseServer(folder)
    const contestant = (target: Pick<Parameters<typeof loadOn>[0], 'url' | 'contentType' | 'next' | 'judge'>) => {
      const load = loadOn({ ...target, tls })
      opened.push(load)
      return { servers: [broker], registries, databaseCpuMs: () => treeCpuMs(database), load } satisfies Contestant
    }
    const basic = new URL('/RegiX/RegiXEntryPointV2.svc/basic', broker.url).href
    const soap = (signResult: boolean) => ({
      ...{ url: basic, contentType: 'text/xml; charset=utf-8', judge: judgeFound },
      next: () => Buffer.from(envelopeOf({ argument: personArgument(EGN), signResult })),
    })
    const [xml, signed, unsigned] = [
      enter(contestant({ url: broker.url, contentType: 'application/xml', next, judge: judgeComplete })),
      enter(contestant(soap(true))),
      enter(contestant(soap(false))),
    ]
    const all = [xml, signed, unsigned]
    for (const { contestant: one } of all) await one.load.run(WARM_UP, BUSY.concurrency)
    for (let round = 0; round < rounds; round += 1)
      for (const entrant of all) {
        await measure(entrant, 'busy', BUSY)
        await measure(entrant, 'alone', ALONE)
      }
    return { [DOORS[0]]: summary(xml), [DOORS[1]]: summary(signed), [DOORS[2]]: summary(unsigned) }
  } finally {
    for (const one of opened.reverse()) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function applications(config: Config): Promise<() => Uint8Array> {
  const { governance } = await loadRules(config)
  const pki = await developmentPki(config, [...governance.parties.values()], new Date())
  const { seal } = partyKeys(pki, 'troyan')
  const draft = {
    consumer: partyId('troyan'),
    service: { id: 'regix-civil-registry-valid-person', version: 1 },
    case: 'ТР-ДЕМО-1',
    official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
    legalBasis: 'zavp-24a',
    applicant: { identifierType: 'egn', identifier: EGN, names: 'Иван Примеров Измислен' },
    body: { egn: EGN },
  } as const
  return () => signedBytes(newApplication(draft, new Date()), seal, false)
}

function judgeFound(answered: Answered): void {
  judgeStatus(answered)
  if (!answered.body.toString().includes('<HasError>false</HasError>'))
    throw new Error('the bench got an error of RegiX')
}

export function regixDoorReport(measured: RegixDoorBench): string {
  const [xml] = DOORS
  const row = (name: string, pick: (one: Measured) => number): string[] => [
    name,
    ...DOORS.map((door) => {
      const against = door === xml ? '' : ` (${ratio(pick(measured[door]), pick(measured[xml]))})`
      return `${digits(pick(measured[door]))}${against}`
    }),
  ]
  return [
    '## The RegiX door against the XML door',
    '',
    'The same question, `civil-registry/valid-person`, to the same registry by each door of one broker: a signed application to',
    '`/v1/exchanges`, whose answer edno signs and holds back until its proof is ready, and `Execute` by SOAP 1.1, with and without `SignResult`,',
    'whose receipt is fetched when it is wanted. Whoever sends a signed application also pays for signing it, which is not counted.',
    '',
    ...table(
      ['', ...DOORS],
      [
        row('exchanges per second, 8 at a time', (one) => one.perSecond),
        row('CPU ms of the server process, per exchange', (one) => one.cost.server),
        row('CPU ms of PostgreSQL, per exchange', (one) => one.cost.database ?? Number.NaN),
        row('p50 ms, one at a time', (one) => one.alone.p50),
        row('p99 ms, one at a time', (one) => one.alone.p99),
        row('p50 ms, 8 at a time', (one) => one.busy.p50),
      ],
    ),
    '',
    `${measured[xml].exchanges} exchanges each under load after a warm-up. Server, PostgreSQL, registries and load share the cores.`,
    '',
  ].join('\n')
}
