import { type Command, InvalidArgumentError } from 'commander'
import { collect, formatOption, langOption } from '../options.ts'
import type { SubmitOptions } from '../submit.ts'

export function addSubmit(program: Command): void {
  program
    .command('submit [file]')
    .description(
      'send a signed application (FILE, or a fresh one of a scenario) to a running edno and verify the answer',
    )
    .option('--scenario <name>', 'whose application to compose where no FILE is given', 'taxi')
    .option('--scenarios <file>', 'scenarios of this file instead of those of the demonstration')
    .option('--set <field=value>', 'a value of the body; may be repeated', collect)
    .option('--party <id>', 'sign and connect as this party, with its development keys')
    .addOption(formatOption())
    .option('--url <url>', 'where edno listens; the configured address otherwise')
    .option('--dry-run', 'say what would be asked, of whom and on which basis; ask no registry')
    .option('--wait <seconds>', 'wait for the answer no longer than this', secondsOf)
    .option('--no-wait', 'do not wait: say where the answer will be')
    .option('--out <folder>', 'keep application, answer, receipt and certificates')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText(
      'after',
      '\nExamples:\n  edno submit --scenario taxi --set vehicle.plate=ОВ0000АК --out evidence\n  edno submit application.xml --dry-run\n  edno submit application.xml --no-wait    # sent again it gets the same answer',
    )
    .action(async (file: string | undefined, options: SubmitOptions) => {
      const { submit } = await import('../submit.ts')
      process.exitCode = (await submit(file, options)) ? 0 : 1
    })
}

function secondsOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('whole seconds')
  return Number(text)
}
