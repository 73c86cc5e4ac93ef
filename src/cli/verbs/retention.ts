import type { Command } from 'commander'
import { langOption } from '../options.ts'
import type { OrderOptions, RunOptions } from '../retention.ts'

/** For who may write to edno's database: its operator. */
export function addRetention(program: Command): void {
  const retention = program
    .command('retention')
    .description('delete what is kept of exchanges whose time is over, and order what must not be deleted')
  retention
    .command('run')
    .description('delete everything that is due, keys included; before and after are counted in an entry of the log')
    .option('--before <date>', 'only what was due before this (ISO date or instant); now otherwise')
    .option('--dry-run', 'say how much that is; delete nothing')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno retention run --before 2026-01-01')
    .action(async (options: RunOptions) => {
      const { run } = await import('../retention.ts')
      await run(options)
    })
  addOrder(retention, 'hold', 'let nothing of an exchange be deleted until it is released')
  addOrder(retention, 'release', 'end a hold: what is due is deleted again')
}

/** Erasing is no matter of time. */
export function addErase(program: Command): void {
  addOrder(
    program,
    'erase',
    'shred the key of an exchange and delete all that is kept of it; its entries and proofs remain',
  )
}

function addOrder(parent: Command, verb: 'hold' | 'release' | 'erase', description: string): void {
  const name = verb === 'erase' ? 'erase' : `retention ${verb}`
  parent
    .command(verb)
    .description(description)
    .requiredOption('--exchange <id>', 'which exchange')
    .requiredOption(
      '--basis <text>',
      'on whose order and by which law; never about a person. It stands in the exchange log',
    )
    .option('--consumer <party>', 'whose exchange it is, where several consumers used the same id')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText(
      'after',
      `\nExample:\n  edno ${name} --exchange 0198c7b2-0000-7000-8000-000000000001 --basis "order 12-7/2026, GDPR Art. 17"`,
    )
    .action(async (options: OrderOptions) => {
      const { order } = await import('../retention.ts')
      process.exitCode = (await order(verb, options)) ? 0 : 1
    })
}
