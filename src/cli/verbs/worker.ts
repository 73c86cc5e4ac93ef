import type { Command } from 'commander'
import { collect } from '../options.ts'
import type { WorkerOptions } from '../worker.ts'

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('ask registries for what stands in their queues, until SIGINT or SIGTERM')
    .option('--registry <id>', 'only this registry; may be repeated', collect)
    .addHelpText('after', '\nExample:\n  edno worker --registry vehicle-register --registry guarantee-fund')
    .action(async (options: WorkerOptions) => {
      const { worker } = await import('../worker.ts')
      await worker(options)
    })
}
