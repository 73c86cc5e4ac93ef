import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { applications, judgeComplete } from './exchange.bench.ts'
import { tlsOf } from './keys.ts'
import { loadOn } from './load.ts'
import { startProcess } from './process.ts'

/** Shares of the broker's own CPU while it runs exchanges, by a profile. */
export interface CryptoShare {
  /** All of `src/signature`: gate, parse, C14N, digests, verifying the application, signing the answer. */
  readonly signatures: number
  /** Of it, verifying alone. */
  readonly verifying: number
  /** Hashes, ciphers and signatures of everything else: log, stored payloads, connections' certificates. */
  readonly elsewhere: number
  /** Writing to and reading from TLS connections, as far as the profile names it. */
  readonly tls: number
  /** Native code that the profile does not name: reading from sockets, TLS among it, and the system. */
  readonly unnamed: number
}

const WARM_UP = 200
const COUNT = 300
const CONCURRENCY = 8

/** A run of its own, because profiling costs. */
export async function cryptoShare(): Promise<CryptoShare> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-'))
  chmodSync(folder, 0o755)
  const profiles = join(folder, 'profiles')
  const opened: { readonly close: () => Promise<void> | void }[] = []
  try {
    const { next } = await applications(loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: folder } }))
    const registries = await startProcess('registries', { dataDirectory: folder }, [])
    opened.push(registries)
    const flags = ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
    const broker = await startProcess('broker', { dataDirectory: folder, registries: registries.url }, flags)
    opened.push(broker)
    const tls = tlsOf(folder, 'parties/troyan/tls')
    const load = loadOn({ url: broker.url, contentType: 'application/xml', tls, next, judge: judgeComplete })
    await load.run(WARM_UP, CONCURRENCY)
    await load.run(COUNT, CONCURRENCY)
    load.close()
    await opened.pop()?.close()
    return sharesOf(profileIn(profiles))
  } finally {
    for (const one of opened.reverse()) await one.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Frame {
  readonly functionName: string
  readonly url: string
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** The largest: the loader that runs TypeScript has a thread and a profile of its own. */
function profileIn(folder: string): Profile {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  return JSON.parse(texts.toSorted((a, b) => b.length - a.length)[0] ?? '') as Profile
}

type Kind = keyof CryptoShare | 'other' | 'idle'

/** What a stack does, by the frame nearest to its beginning that says so. */
const KINDS: readonly (readonly [Kind, (frame: Frame) => boolean])[] = [
  ['idle', ({ functionName }) => functionName === '(idle)'],
  ['unnamed', ({ functionName }) => functionName === '(program)'],
  ['verifying', ({ url }) => /\/src\/signature\/verify-/.test(url)],
  ['signatures', ({ url }) => url.includes('/src/signature/')],
  ['elsewhere', ({ url }) => url.startsWith('node:internal/crypto/')],
  [
    'tls',
    ({ url, functionName }) =>
      url === 'node:_tls_wrap' || /^(writev?|write(Buffer|Utf8String|Latin1String))$/.test(functionName),
  ],
]

export function sharesOf({ nodes, samples, timeDeltas }: Profile): CryptoShare {
  const kinds = new Map<number, Kind>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const mark = (id: number, above: Kind): void => {
    const node = byId.get(id)
    if (node === undefined) return
    const own = KINDS.find(([, is]) => is(node.callFrame))?.[0]
    const kind = above === 'other' ? (own ?? above) : above
    kinds.set(id, kind)
    for (const child of node.children ?? []) mark(child, kind)
  }
  mark(nodes[0]?.id ?? 0, 'other')
  const spent: Record<Kind, number> = {
    signatures: 0,
    verifying: 0,
    elsewhere: 0,
    tls: 0,
    unnamed: 0,
    other: 0,
    idle: 0,
  }
  for (const [index, id] of samples.entries()) spent[kinds.get(id) ?? 'other'] += timeDeltas[index] ?? 0
  const all = Object.values(spent).reduce((sum, one) => sum + one, 0) - spent.idle
  return {
    signatures: (spent.signatures + spent.verifying) / all,
    verifying: spent.verifying / all,
    elsewhere: spent.elsewhere / all,
    tls: spent.tls / all,
    unnamed: spent.unnamed / all,
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** The part of docs/benchmarks.md. */
export function cryptoShareReport(share: CryptoShare): string {
  const named = share.signatures + share.elsewhere + share.tls
  return [
    '## What cryptography takes of an exchange',
    '',
    'A CPU profile of the broker’s process while it runs exchanges, in a run of its own.',
    '',
    '| part of the broker’s CPU | share |',
    '| --- | ---: |',
    `| signatures of messages: gate, parse, C14N, digests, verifying, signing | ${percent(share.signatures)} |`,
    `| of it verifying the application | ${percent(share.verifying)} |`,
    `| hashes, ciphers and signatures of log, store and certificates | ${percent(share.elsewhere)} |`,
    `| TLS, as far as the profile names it | ${percent(share.tls)} |`,
    `| **all cryptography that is named** | **${percent(named)}** |`,
    `| native code without a name: reading from sockets, TLS among it, and the system | ${percent(share.unnamed)} |`,
    '',
  ].join('\n')
}
