import { type Command, InvalidArgumentError } from 'commander'
import { collect, langOption } from '../options.ts'
import type { WitnessRunOptions } from '../witness/run.ts'
import type { WitnessStatusOptions } from '../witness/status.ts'

const LONGEST_SECONDS = 31_536_000
const FOLDER = ['--folder <dir>', 'where its key and its last heads are kept; never in use twice'] as const

const seconds = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > LONGEST_SECONDS)
    throw new InvalidArgumentError('a whole number of seconds')
  return number
}

/** For an audit body, on a machine of its own. */
export function addWitness(program: Command): void {
  const witness = program
    .command('witness')
    .description('for an audit body: cosign the heads of a log that continues what it showed before, and no others')
  addInit(witness)
  addRun(witness)
  addStatus(witness)
}

function addInit(witness: Command): void {
  witness
    .command('init')
    .description('make its folder and a fresh key, and print the vkey, which edno and verifiers are given')
    .requiredOption(...FOLDER)
    .requiredOption('--name <name>', 'name of the key: an address without scheme')
    .addHelpText(
      'after',
      '\nExample:\n  edno witness init --folder /var/lib/witness --name witness.audit.example.bg/w1',
    )
    .action(async ({ folder, name }: { folder: string; name: string }) => {
      const { initWitness } = await import('../../witness/key-folder.ts')
      process.stdout.write(`${initWitness(folder, name)}\n`)
    })
}

const RUN_HELP = `
Examples:
  edno witness run --folder /var/lib/witness --log edno.vkey --follow https://edno.example.bg/log --every 10
  edno witness run --folder /var/lib/witness --log edno.vkey --listen 127.0.0.1:8090`

function addRun(witness: Command): void {
  witness
    .command('run')
    .description('follow logs, take their checkpoints (C2SP tlog-witness), or both, until SIGTERM')
    .requiredOption(...FOLDER)
    .requiredOption(
      '--log <file>',
      "a log's vkey, known beforehand; again for another log, or for a key that follows",
      collect,
    )
    .option('--follow <url>', 'look at the log that is served there, again and again; may be given again', collect)
    .option('--every <seconds>', 'with --follow: how often', seconds, 10)
    .option('--ca <file>', 'with --follow: authorities of the servers there (PEM), instead of those of the system')
    .option('--listen <host:port>', 'take checkpoints by HTTP')
    .option('--tls-certificate <file>', 'with --listen: HTTPS, with this certificate (PEM)')
    .option('--tls-key <file>', 'with --listen: and this key (PEM)')
    .addOption(langOption())
    .addHelpText('after', RUN_HELP)
    .action(async (options: WitnessRunOptions) => {
      const { runWitness } = await import('../witness/run.ts')
      await runWitness(options)
    })
}

const STATUS_HELP = `
Exit codes:
  0  no log forked, and each was seen lately enough
  1  a head is kept that does not continue what was shown before it, or a log was not seen for too long

Example:
  edno witness status --folder /var/lib/witness --max-age 3600`

function addStatus(witness: Command): void {
  witness
    .command('status')
    .description('what was cosigned last, and what was refused and kept; also while it runs')
    .requiredOption(...FOLDER)
    .option('--max-age <seconds>', 'how long ago the last cosignature of a log may be', seconds)
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', STATUS_HELP)
    .action(async (options: WitnessStatusOptions) => {
      const { witnessStatus } = await import('../witness/status.ts')
      process.exitCode = witnessStatus(options) ? 0 : 1
    })
}
