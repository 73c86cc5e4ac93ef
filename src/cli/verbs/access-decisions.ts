import type { Command } from 'commander'
import type { RangeOptions } from '../access/decisions.ts'
import type { ReplayOptions } from '../access/replay.ts'
import { langOption } from '../options.ts'

/** What was decided, for who may look at edno's database: its operator, an auditor beside them. */
export function addDecisions(access: Command): void {
  inRange(access.command('decisions'))
    .description('print every decision: who asked for what, what was granted or refused, and why; a line of JSON each')
    .addHelpText('after', '\nExample:\n  edno access decisions --from 2026-01-01 --to 2026-02-01 > january.ndjson')
    .action(async (options: RangeOptions) => {
      const { exportDecisions } = await import('../access/decisions.ts')
      await exportDecisions(options)
    })
  inRange(access.command('replay'))
    .description("decide what was decided again, by today's rules as of then, and show every difference")
    .option('--now', 'as of this moment instead')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', REPLAY_HELP)
    .action(async (options: ReplayOptions) => {
      const { replay } = await import('../access/replay.ts')
      process.exitCode = (await replay(options)) ? 0 : 1
    })
}

const REPLAY_HELP = `
Exit codes:
  0  every decision is the same
  1  some are different, or records and the exchange log do not name the same decisions

Example:
  edno access replay --from 2026-01-01`

const inRange = (command: Command): Command =>
  command
    .option('--from <instant>', 'from this date or time on')
    .option('--to <instant>', 'up to this date or time, which is not part of it')
