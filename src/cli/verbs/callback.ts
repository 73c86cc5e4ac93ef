import type { Command } from 'commander'
import type { CallbackListOptions, CallbackRetryOptions } from '../callback.ts'
import { langOption } from '../options.ts'

/** For who may look at edno's database: its operator. */
export function addCallback(program: Command): void {
  const callback = program
    .command('callback')
    .description(
      'what consumers are told unasked of answers that came later: see what did not arrive, and try it again',
    )
  callback
    .command('list')
    .description('callbacks that were given up, oldest first')
    .option('--all', 'those that wait or were delivered, too')
    .option('--party <id>', 'of this consumer')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno callback list --party troyan')
    .action(async (options: CallbackListOptions) => {
      const { showCallbacks } = await import('../callback.ts')
      await showCallbacks(options)
    })
  callback
    .command('retry [id]')
    .description(
      'try again now what was given up, or waits for its next try: one callback, or with --party all of a consumer',
    )
    .option('--party <id>', 'all of this consumer, also where its receiver had said that it wants no more')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno callback retry --party troyan')
    .action(async (id: string | undefined, options: CallbackRetryOptions) => {
      const { retryCallbacks } = await import('../callback.ts')
      process.exitCode = (await retryCallbacks(id, options)) ? 0 : 1
    })
}
