import { readFileSync, writeFileSync } from 'node:fs'
import { startAttackers } from './attackers.ts'
import { auditBench } from './audit/audit.bench.ts'
import { auditReport } from './audit/report.ts'
import { badRequestsBench, badRequestsReport } from './bad-requests.bench.ts'
import { startBroker, startWorker } from './broker.ts'
import { cryptoShare, cryptoShareReport } from './crypto-share.ts'
import { startDecoy } from './decoy.ts'
import { exchangeBench } from './exchange.bench.ts'
import { fanOutBench } from './fan-out/fan-out.bench.ts'
import { fanOutReport } from './fan-out/report.ts'
import { growthBench } from './growth/growth.bench.ts'
import { growthReport } from './growth/report.ts'
import { kitBench, kitReport } from './kit.bench.ts'
import { logBench } from './log/log.bench.ts'
import { logReport } from './log/report.ts'
import { type BenchOptions, optionsIn } from './options.ts'
import { serveBench } from './process.ts'
import { regixDoorBench, regixDoorReport } from './regix-door.bench.ts'
import { startRegistries } from './registries.ts'
import { exchangeReport, measuredOn, signatureReport } from './report.ts'
import { signatureBench } from './signature.bench.ts'
import { taxiBench, taxiReport } from './taxi/taxi.bench.ts'
import { startUnprotected } from './unprotected.ts'

const ROLES = {
  broker: startBroker,
  worker: startWorker,
  unprotected: startUnprotected,
  registries: startRegistries,
  attackers: startAttackers,
  decoy: startDecoy,
}

const PARTS: Readonly<Record<string, (options: BenchOptions) => Promise<string>>> = {
  signatures: async () => signatureReport(await signatureBench()),
  exchanges: async ({ flags }) => exchangeReport(await exchangeBench(flags)),
  cryptography: async () => cryptoShareReport(await cryptoShare()),
  'bad-requests': async () => badRequestsReport(await badRequestsBench()),
  'fan-out': async ({ rounds }) => fanOutReport(await fanOutBench(rounds)),
  growth: async (options) => growthReport(await growthBench(options)),
  audit: async (options) => auditReport(await auditBench(options)),
  log: async () => logReport(await logBench()),
  kit: async ({ rounds }) => kitReport(await kitBench(rounds)),
  'regix-door': async ({ rounds }) => regixDoorReport(await regixDoorBench(rounds)),
  taxi: async ({ rounds }) => taxiReport(await taxiBench(rounds)),
}

const HEAD = `# What edno costs

Written by \`npm run bench\`, everything on loopback; \`npm run bench -- ${Object.keys(PARTS).join('|')}\` measures one part
anew. Ratios travel between machines, absolute figures do not. \`--rounds=N\` makes \`fan-out\`, \`growth\` and \`audit\` shorter or
longer, \`--exchanges=N\` says how full the stores of \`growth\` and \`audit\` are, \`--dry\` writes nothing here.
`

const words = process.argv.slice(2)
const role = Object.entries(ROLES).find(([name]) => name === words[0])?.[1]
if (role === undefined) await bench()
else serveBench(role)

/** All parts, or those that are named; `-- --cpu-prof` also profiles the servers of `exchanges`. */
async function bench(): Promise<void> {
  const options = optionsIn(words)
  const unknown = options.parts.filter((name) => PARTS[name] === undefined)
  if (unknown.length > 0)
    throw new Error(`no part of the bench: ${unknown.join(', ')}; ${Object.keys(PARTS).join(', ')}`)
  for (const [name, measure] of Object.entries(PARTS)) {
    if (options.parts.length > 0 && !options.parts.includes(name)) continue
    const when = measuredOn(new Date())
    const text = `${await measure(options)}\n${when}\n`
    process.stdout.write(text)
    if (!options.dry) keep(name, text)
  }
}

function keep(name: string, text: string): void {
  const file = new URL('../../docs/benchmarks.md', import.meta.url)
  const parts = { ...partsOf(readFileSync(file, 'utf8')), [name]: text }
  const written = Object.keys(PARTS).map((part) => marked(part, parts[part]))
  writeFileSync(file, HEAD + written.join(''))
}

/** What a reader does not see and the next run finds its part by. */
function marked(part: string, text: string | undefined): string {
  return text === undefined ? '' : `\n<!-- ${part} -->\n\n${text.trim()}\n`
}

function partsOf(text: string): Record<string, string> {
  const [, ...pieces] = text.split(/^<!-- ([a-z-]+) -->$/m)
  return Object.fromEntries(pieces.flatMap((name, index) => (index % 2 === 0 ? [[name, pieces[index + 1] ?? '']] : [])))
}
