import type { Command } from 'commander'
import { collect, formatOption } from '../options.ts'
import type { SignOptions } from '../sign.ts'

export function addSign(program: Command): void {
  program
    .command('sign [file]')
    .description('sign an application: FILE as it stands, or a fresh one composed from a scenario of the demonstration')
    .option('--scenario <name>', 'whose application to compose where no FILE is given', 'taxi')
    .option('--scenarios <file>', 'scenarios of this file instead of those of the demonstration')
    .option('--set <field=value>', 'a value of the body, such as vehicle.plate=ОВ0000АК; may be repeated', collect)
    .option('--party <id>', 'sign as this party, with its development key')
    .option('--certificate <file>', "sign with your own certificate (PEM) instead of a party's development key")
    .option('--key <file>', 'the private key of --certificate (PEM)')
    .addOption(formatOption())
    .option('--out <file>', 'where to write; standard output otherwise')
    .addHelpText(
      'after',
      '\nExamples:\n  edno sign --scenario taxi --out application.xml\n  edno sign --scenario taxi --format jws --out application.jose',
    )
    .action(async (file: string | undefined, options: SignOptions) => {
      const { sign } = await import('../sign.ts')
      await sign(file, options)
    })
}
