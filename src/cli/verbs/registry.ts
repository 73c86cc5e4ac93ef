import { type Command, InvalidArgumentError } from 'commander'
import { asReader } from '../options.ts'
import type { StatusOptions } from '../registry/status.ts'

const EXAMPLE = `
Everything but the newest exchanges is counts; the list of those (--log) is an entry of the exchange log, as every list of what others
asked. What waits for a decision is decided with edno access approve and edno access refuse: their commands are printed.

Examples:
  edno registry status civil-registry --party grao
  edno registry status maritime-registry --party iama --hours 168 --log 0 --json`

/** For owners of registries. */
export function addRegistry(program: Command): void {
  const registry = program.command('registry').description('how a registry does, for its owner')
  asReader(registry.command('status <registry>'))
    .description('health, breaker, latency, errors, who asked how much, quotas, drift, requests for access, downtime')
    .option('--hours <number>', 'how far back, up to 168', upTo(1, 168), 24)
    .option('--log <number>', 'so many of the newest exchanges, up to 100; 0: none', upTo(0, 100), 5)
    .addHelpText('after', EXAMPLE)
    .action(async (id: string, options: StatusOptions) => {
      const { showStatus } = await import('../registry/status.ts')
      process.exitCode = (await showStatus(id, options)) ? 0 : 1
    })
}

const upTo =
  (least: number, most: number) =>
  (text: string): number => {
    const count = Number(text)
    if (!/^\d+$/.test(text) || count < least || count > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`)
    return count
  }
