/** What stands after `npm run bench --`: parts, and `--name=number` for those that take one. */
export interface BenchOptions {
  readonly parts: readonly string[]
  /** Flags of Node for the servers of `exchanges`. */
  readonly flags: readonly string[]
  /** Rounds of `fan-out` and `growth`; fewer are quicker and tell less. */
  readonly rounds?: number
  /** How many exchanges are in the full store of `growth`. */
  readonly exchanges?: number
  /** Nothing is written into docs/benchmarks.md. */
  readonly dry: boolean
}

export function optionsIn(words: readonly string[]): BenchOptions {
  const numberOf = (name: string): number | undefined => {
    const word = words.find((one) => one.startsWith(`--${name}=`))
    if (word === undefined) return undefined
    const number = Number(word.slice(name.length + 3))
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a number from 1`)
    return number
  }
  const [rounds, exchanges] = [numberOf('rounds'), numberOf('exchanges')]
  return {
    parts: words.filter((word) => !word.startsWith('--')),
    flags: words.filter((word) => word.startsWith('--cpu-prof')),
    dry: words.includes('--dry'),
    ...(rounds === undefined ? {} : { rounds }),
    ...(exchanges === undefined ? {} : { exchanges }),
  }
}
