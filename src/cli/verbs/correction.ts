import { type Command, Option } from 'commander'
import type { CorrectionActOptions, CorrectionListOptions, CorrectionReportOptions } from '../correction.ts'
import { asReader, collect } from '../options.ts'

const TEXT = 'what is to be said about it, never about a person; an entry of the exchange log commits to it'

/** Errors in the data of registries: consumers report them, owners answer and close them. */
export function addCorrection(program: Command): void {
  const correction = program
    .command('correction')
    .description('errors in the data of registries: report one, see how far it is, answer it, close it')
  addReport(correction)
  asReader(correction.command('list'))
    .description('those that this party reported, or that are about its registries; for an auditor all')
    .addOption(new Option('--state <state>', 'only these').choices(['reported', 'answered', 'closed']))
    .option('--registry <id>', 'about this registry')
    .addHelpText('after', '\nExample:\n  edno correction list --party mvr --state reported')
    .action(async (options: CorrectionListOptions) => {
      const { listCorrections } = await import('../correction.ts')
      process.exitCode = (await listCorrections(options)) ? 0 : 1
    })
  addAct(correction, 'answer', 'say what is done about it')
  addAct(correction, 'close', 'end it')
}

function addReport(correction: Command): void {
  asReader(correction.command('report <exchange>'))
    .description('tell the owner of a registry that what it answered is not right')
    .requiredOption('--call <name>', 'which call of the answer')
    .addOption(
      new Option('--kind <kind>', 'the data are wrong, out of date, not all there, or those of somebody else')
        .choices(['wrong', 'outdated', 'missing', 'of-another'])
        .makeOptionMandatory(),
    )
    .option('--field <path>', 'which field; may be repeated; none: all of it', collect)
    .requiredOption('--text <text>', TEXT)
    .addHelpText(
      'after',
      '\nExample:\n  edno correction report 0193a6f0-… --party troyan --call vehicle --kind outdated --field make --text "It is another make"',
    )
    .action(async (exchange: string, options: CorrectionReportOptions) => {
      const { reportCorrection } = await import('../correction.ts')
      process.exitCode = (await reportCorrection(exchange, options)) ? 0 : 1
    })
}

function addAct(correction: Command, verb: 'answer' | 'close', description: string): void {
  const command = asReader(correction.command(`${verb} <id>`))
    .description(description)
    .requiredOption('--text <text>', TEXT)
  if (verb === 'close')
    command.addOption(
      new Option('--result <result>', 'how it ended').choices(['corrected', 'right-as-it-is']).makeOptionMandatory(),
    )
  const result = verb === 'close' ? ' --result corrected' : ''
  command
    .addHelpText('after', `\nExample:\n  edno correction ${verb} 5f0c… --party mvr${result} --text "Mended on 3 March"`)
    .action(async (id: string, options: CorrectionActOptions) => {
      const { actOnCorrection } = await import('../correction.ts')
      process.exitCode = (await actOnCorrection(id, verb, options)) ? 0 : 1
    })
}
