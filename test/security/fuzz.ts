/** `npm run fuzz [-- runs [seed]]`: the mutants of test/security/mutants.ts in large numbers, so many of XML and of JWS each. */
import { runJwsMutants, runMutants } from './mutants.ts'

const [runs = '100000', seed] = process.argv.slice(2)
for (const [name, run] of [
  ['XML', runMutants],
  ['JWS', runJwsMutants],
] as const) {
  const startedAt = Date.now()
  const { refused, unchanged, codes } = await run(Number(runs), seed === undefined ? undefined : Number(seed))
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  console.log(`${name}: ${refused} mutants refused, ${unchanged} read as signed, in ${seconds} s`)
  for (const [code, count] of [...codes].sort(([, a], [, b]) => b - a)) console.log(`  ${code}: ${count}`)
}
