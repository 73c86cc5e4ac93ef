import { type Command, InvalidArgumentError, Option } from 'commander'

/** For every command that speaks in sentences. */
export const langOption = (): Option =>
  new Option(
    '--lang <language>',
    'language of the sentences; without it EDNO_LANG, else the language of the terminal, else en',
  ).choices(['bg', 'en'])

/** For commands that compose or sign an application. */
export const formatOption = (): Option =>
  new Option('--format <format>', 'XML, or JSON as a compact or a flattened JWS; the answer comes in the same')
    .choices(['xml', 'jws', 'jws-flattened'])
    .default('xml')

/** For an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** For an option that says how many. */
export function countOf(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a whole number from 1')
  return count
}

/** For commands about one person, whose number is typed, piped in or in a file. */
export const withIdentifier = (command: Command): Command =>
  command
    .addOption(
      new Option('--identifier-type <type>', 'ЕГН, ЛНЧ, or ЕИК of a firm')
        .choices(['egn', 'lnch', 'eik'])
        .default('egn'),
    )
    .option('--identifier-file <file>', 'the number stands in this file; otherwise it is read from standard input')

/** What every verb takes that acts at a running edno. */
export const asParty = (command: Command): Command =>
  overConnection(
    command
      .requiredOption('--party <id>', 'who acts; with the development keys of this party, unless files are named')
      .option('--certificate <file>', 'certificate (PEM) that acts are signed with')
      .option('--key <file>', 'the private key of --certificate (PEM)'),
  )

/** What every verb takes that only reads there. */
export const asReader = (command: Command): Command =>
  overConnection(
    command.requiredOption('--party <id>', 'who asks; with the development keys of this party, unless files are named'),
  )

const overConnection = (command: Command): Command =>
  command
    .option('--tls-certificate <file>', 'client certificate of the connection (PEM)')
    .option('--tls-key <file>', 'the private key of --tls-certificate (PEM)')
    .option('--ca <file>', "the authority of edno's own certificate (PEM)")
    .option('--url <url>', 'where edno listens; the configured address otherwise')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
