import type { Command } from 'commander'
import { asReader } from '../options.ts'
import type { StatsOptions } from '../stats.ts'

const EXAMPLES = `
Examples:
  edno stats --party audit-office --from 2026-01 --to 2026-12
  edno stats --party troyan --from 2026-01 --to 2026-12 --by month,service --consumer troyan
  edno stats --party grao --from 2026-01 --to 2026-12 --by registry,outcome --csv > outcomes.csv`

/** For everybody: nobody can be told from it. */
export function addStats(program: Command): void {
  asReader(program.command('stats'))
    .description('how much is asked, by whom, of whom, how it ends, how long it takes, which papers were not carried')
    .requiredOption('--from <month>', 'first month, as 2026-01')
    .requiredOption('--to <month>', 'last month')
    .option('--by <names>', 'some of month,consumer,service,status,registry,outcome', 'month')
    .option('--consumer <party>', 'of this consumer')
    .option('--service <id@version>', 'of this service')
    .option('--registry <id>', 'calls to this registry')
    .option('--csv', 'a table with commas')
    .addHelpText('after', EXAMPLES)
    .action(async (options: StatsOptions) => {
      const { showStats } = await import('../stats.ts')
      process.exitCode = (await showStats(options)) ? 0 : 1
    })
}
