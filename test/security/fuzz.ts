/** `npm run fuzz [-- runs [seed]]`: the mutants of test/security/mutants.ts in large numbers. */
import { runMutants } from './mutants.ts'

const [runs = '100000', seed] = process.argv.slice(2)
const startedAt = Date.now()
const { refused, unchanged, codes } = await runMutants(Number(runs), seed === undefined ? undefined : Number(seed))
console.log(
  `${refused} mutants refused, ${unchanged} read as signed, in ${Math.round((Date.now() - startedAt) / 1000)} s`,
)
for (const [code, count] of [...codes].sort(([, a], [, b]) => b - a)) console.log(`  ${code}: ${count}`)
