import { type Command, InvalidArgumentError } from 'commander'
import type { SimulateOptions } from '../simulate.ts'

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('run the simulated registries alone, over HTTPS on loopback, until SIGINT or SIGTERM')
    .option('--port <number>', 'port to listen on; 0 takes a free one', portOf, 0)
    .addHelpText('after', '\nExample:\n  edno simulate --port 8444')
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('../simulate.ts')
      await simulate(options)
    })
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is 0 to 65535')
  return port
}
