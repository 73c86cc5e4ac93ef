import { readFileSync, writeFileSync } from 'node:fs'
import { startAttackers } from './attackers.ts'
import { badRequestsBench, badRequestsReport } from './bad-requests.bench.ts'
import { startBroker } from './broker.ts'
import { cryptoShare, cryptoShareReport } from './crypto-share.ts'
import { startDecoy } from './decoy.ts'
import { exchangeBench } from './exchange.bench.ts'
import { serveBench } from './process.ts'
import { startRegistries } from './registries.ts'
import { exchangeReport, measuredOn, signatureReport } from './report.ts'
import { signatureBench } from './signature.bench.ts'
import { startUnprotected } from './unprotected.ts'

const ROLES = {
  broker: startBroker,
  unprotected: startUnprotected,
  registries: startRegistries,
  attackers: startAttackers,
  decoy: startDecoy,
}

const PARTS: Readonly<Record<string, (flags: readonly string[]) => Promise<string>>> = {
  signatures: async () => signatureReport(await signatureBench()),
  exchanges: async (flags) => exchangeReport(await exchangeBench(flags)),
  cryptography: async () => cryptoShareReport(await cryptoShare()),
  'bad-requests': async () => badRequestsReport(await badRequestsBench()),
}

const HEAD = `# What edno costs

Written by \`npm run bench\`, everything on loopback; \`npm run bench -- ${Object.keys(PARTS).join('|')}\` measures one part
anew. Ratios travel between machines, absolute figures do not.
`

const words = process.argv.slice(2)
const role = Object.entries(ROLES).find(([name]) => name === words[0])?.[1]
if (role === undefined) await bench()
else serveBench(role)

/** All parts, or those that are named; `-- --cpu-prof` also profiles the servers of `exchanges`. */
async function bench(): Promise<void> {
  const file = new URL('../../docs/benchmarks.md', import.meta.url)
  const named = Object.keys(PARTS).filter((name) => words.includes(name))
  const flags = words.filter((word) => word.startsWith('--cpu-prof'))
  for (const [name, measure] of Object.entries(PARTS)) {
    if (named.length > 0 && !named.includes(name)) continue
    const when = measuredOn(new Date())
    const text = `${await measure(flags)}\n${when}\n`
    process.stdout.write(text)
    const parts = { ...partsOf(readFileSync(file, 'utf8')), [name]: text }
    writeFileSync(
      file,
      HEAD +
        Object.keys(PARTS)
          .map((part) => written(part, parts[part]))
          .join(''),
    )
  }
}

/** What a reader does not see and the next run finds its part by. */
function written(part: string, text: string | undefined): string {
  return text === undefined ? '' : `\n<!-- ${part} -->\n\n${text.trim()}\n`
}

function partsOf(text: string): Record<string, string> {
  const [, ...pieces] = text.split(/^<!-- ([a-z-]+) -->$/m)
  return Object.fromEntries(pieces.flatMap((name, index) => (index % 2 === 0 ? [[name, pieces[index + 1] ?? '']] : [])))
}
