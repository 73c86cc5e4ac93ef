import type { Command } from 'commander'
import { collect, langOption } from '../options.ts'
import type { VerifyOptions } from '../verify.ts'

const HELP = `
Exit codes:
  0  all that could be checked holds
  1  something does not hold
  2  nothing was checked: no answer, or no key to check it with

Examples:
  edno demo --out evidence && edno verify evidence
  edno verify exchange.asice --trust trust.jose`

export function addVerify(program: Command): void {
  program
    .command('verify <path>')
    .description(
      'check evidence offline; PATH is a container (.asice) of edno evidence get, a folder of evidence, or one answer file',
    )
    .option('--broker-certificate <file>', "edno's certificate, known beforehand (else broker.crt beside the answer)")
    .option('--log-key <file>', "the log's vkey, known beforehand (else log.vkey beside the answer)")
    .option(
      '--witness-vkey <file>',
      "a witness's vkey: it must have cosigned the receipt's checkpoint; may be given again",
      collect,
    )
    .option('--trust <file>', 'a trust document (GET /v1/trust) instead of both: any seal in it is accepted')
    .option(
      '--time-stamp-authorities <file>',
      'whose time stamps you believe, PEM (else time-stamp-authorities.pem beside)',
    )
    .option(
      '--registry-authorities <file>',
      "of a container: whose signatures over registries' answers you believe, PEM: authorities, or registries' certificates",
    )
    .option(
      '--application <file>',
      'what the answer is compared with (else application.xml, .jose or .jose.json beside it)',
    )
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', HELP)
    .action(async (path: string, options: VerifyOptions) => {
      const { verify } = await import('../verify.ts')
      process.exitCode = (await verify(path, options)) ? 0 : 1
    })
}
