import type { Command } from 'commander'
import { langOption } from '../options.ts'

/** What every verb takes that reads over a connection to a running edno. */
export const asReader = (command: Command): Command =>
  command
    .requiredOption('--party <id>', 'who asks; with the development keys of this party, unless files are named')
    .option('--tls-certificate <file>', 'client certificate of the connection (PEM)')
    .option('--tls-key <file>', 'the private key of --tls-certificate (PEM)')
    .option('--ca <file>', "the authority of edno's own certificate (PEM)")
    .option('--url <url>', 'where edno listens; the configured address otherwise')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
