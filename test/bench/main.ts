import { writeFileSync } from 'node:fs'
import { startAttackers } from './attackers.ts'
import { badRequestsBench, badRequestsReport } from './bad-requests.bench.ts'
import { startBroker } from './broker.ts'
import { startDecoy } from './decoy.ts'
import { exchangeBench } from './exchange.bench.ts'
import { serveBench } from './process.ts'
import { startRegistries } from './registries.ts'
import { report } from './report.ts'
import { signatureBench } from './signature.bench.ts'
import { startUnprotected } from './unprotected.ts'

const ROLES = {
  broker: startBroker,
  unprotected: startUnprotected,
  registries: startRegistries,
  attackers: startAttackers,
  decoy: startDecoy,
}

const [argument] = process.argv.slice(2)
const role = Object.entries(ROLES).find(([name]) => name === argument)?.[1]
if (role === undefined) await bench()
else serveBench(role)

/** `npm run bench`; `-- --cpu-prof` also profiles the servers. */
async function bench(): Promise<void> {
  const at = new Date()
  const exchanges = await exchangeBench(process.argv.slice(2).filter((flag) => flag.startsWith('--cpu-prof')))
  const text = `${report(await signatureBench(), exchanges, at)}\n${badRequestsReport(await badRequestsBench())}`
  process.stdout.write(text)
  writeFileSync(new URL('../../docs/benchmarks.md', import.meta.url), text)
}
