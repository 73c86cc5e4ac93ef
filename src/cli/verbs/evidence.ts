import type { Command } from 'commander'
import type { AcknowledgeOptions, GetOptions } from '../evidence.ts'
import { asParty } from '../options.ts'

/** What proves an exchange, for whoever may read it. */
export function addEvidence(program: Command): void {
  const evidence = program.command('evidence').description('everything that proves an exchange, in one file')
  asParty(evidence.command('get <exchange>'))
    .description(
      'fetch the container of an exchange: of your own, as an auditor of any, as the owner of a registry its part',
    )
    .requiredOption('--out <file>', 'where to write it')
    .option('--consumer <party>', 'whose exchange it is, where several consumers used the same id')
    .addHelpText(
      'after',
      '\nExample:\n  edno evidence get 0198c7b2-0000-7000-8000-000000000001 --party troyan --out exchange.asice',
    )
    .action(async (exchange: string, options: GetOptions) => {
      const { getEvidence } = await import('../evidence.ts')
      process.exitCode = (await getEvidence(exchange, options)) ? 0 : 1
    })
  asParty(evidence.command('acknowledge <exchange>'))
    .description('sign that the answer of an exchange of your own has reached you')
    .option('--answer <file>', 'the answer as it reached you; fetched from edno otherwise')
    .addHelpText(
      'after',
      '\nExample:\n  edno evidence acknowledge 0198c7b2-0000-7000-8000-000000000001 --party troyan --answer answer.xml',
    )
    .action(async (exchange: string, options: AcknowledgeOptions) => {
      const { acknowledgeAnswer } = await import('../evidence.ts')
      process.exitCode = (await acknowledgeAnswer(exchange, options)) ? 0 : 1
    })
}
