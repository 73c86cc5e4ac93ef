import type { Command } from 'commander'
import { langOption } from '../options.ts'
import type { RebuildOptions } from '../queue.ts'

/** For who may look at edno's database. */
export function addQueue(program: Command): void {
  const queue = program.command('queue').description('the queue of calls that outlive the wait of their callers')
  queue
    .command('rebuild')
    .description('throw away what stands in the queue, and build it anew from the rows; edno may run meanwhile')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno queue rebuild')
    .action(async (options: RebuildOptions) => {
      const { rebuild } = await import('../queue.ts')
      await rebuild(options)
    })
}
