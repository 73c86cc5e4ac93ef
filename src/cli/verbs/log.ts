import type { Command } from 'commander'
import type { LogExportOptions } from '../log-export.ts'
import type { LogVerifyOptions } from '../log-verify.ts'
import { collect, langOption } from '../options.ts'

const VERIFY_HELP = `
Exit codes:
  0  the whole log holds
  1  something does not hold
  2  nothing was checked: there is no log, or no key to check it with

An address whose certificate is of an authority that this machine does not know takes --ca; of a development edno that is .edno/pki/ca.crt.

Examples:
  edno log verify log --vkey log.vkey --since checkpoint-of-last-month
  edno log verify https://127.0.0.1:8443/log/ --ca .edno/pki/ca.crt --vkey .edno/log.vkey
  edno log verify log --vkey log.vkey --witness-vkey witness.vkey --tsa-ca tsa-root.pem`

const EXPORT_HELP = `
A second time only what is new is written. The folder can be served by any web server, or carried on a stick.

Examples:
  edno log export /var/www/log
  edno log export log --from https://edno.example.bg/log/ --vkey log.vkey`

/** For auditors, and for the operator who hands the log out. */
export function addLog(program: Command): void {
  const log = program.command('log').description('the exchange log: hand it out as files, verify it without edno')
  log
    .command('export <folder>')
    .description("write the log of this edno's database, or one behind an address, as static files")
    .option('--from <address>', 'the address of a log (https://…/log/) instead of the database')
    .option('--vkey <key>', "the log's verifier key, or a file that holds it")
    .option('--ca <file>', "the authority of the address's certificate (PEM)")
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', EXPORT_HELP)
    .action(async (folder: string, options: LogExportOptions) => {
      const { exportTo } = await import('../log-export.ts')
      await exportTo(folder, options)
    })
  log
    .command('verify <where>')
    .description('verify a whole log; WHERE is an exported folder, or the address of a log (https://…/log/)')
    .option('--vkey <key>', "the log's verifier key, or a file that holds it; else the one that the log brings")
    .option('--since <file>', 'a checkpoint that you kept: the log must continue it')
    .option(
      '--witness-vkey <key>',
      'vkey of a witness, or a file that holds it: it must have cosigned the newest checkpoint; may be given again',
      collect,
    )
    .option(
      '--tsa-ca <file>',
      'authorities whose time stamps you believe (PEM): there must be stamps, and all must hold',
    )
    .option('--ca <file>', "the authority of the address's certificate (PEM)")
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', VERIFY_HELP)
    .action(async (where: string, options: LogVerifyOptions) => {
      const { verifyLogAt } = await import('../log-verify.ts')
      process.exitCode = (await verifyLogAt(where, options)) ? 0 : 1
    })
}
