import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ListOptions } from '../audit/list.ts'
import type { OpenOptions } from '../audit/open.ts'
import type { PersonOptions } from '../audit/person.ts'
import type { ReportOptions } from '../audit/report.ts'
import type { ShowOptions } from '../audit/show.ts'
import { asReader, countOf, withIdentifier } from '../options.ts'

/** For auditors, owners of registries and data-protection officers. */
export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('what was asked of which registry, by whom, when and on which basis')
  addList(audit)
  addShow(audit)
  addReport(audit)
  addOpen(audit)
  addPerson(audit)
}

const LIST_EXAMPLES = `
Every reading of what is not one's own is an entry of the exchange log.

Examples:
  edno audit list --party audit-office --from 2026-01-01 --to 2026-02-01 --outcome failed
  edno audit list --party audit-office --from 2026-01-01 --to 2026-02-01 --csv > january.csv
  edno audit list --party grao --as owner --registry civil-registry --from 2026-01-01 --to 2026-02-01
  edno audit list --party troyan --as consumer --official clerk-1`

function addList(audit: Command): void {
  asReader(audit.command('list'))
    .description('exchanges, newest first')
    .addOption(
      new Option('--as <role>', 'as an auditor all; as an owner those that asked --registry; as a consumer one’s own')
        .choices(['auditor', 'owner', 'consumer'])
        .default('auditor'),
    )
    .option('--from <instant>', 'received on this date, or at this time, or later; required but for --as consumer')
    .option('--to <instant>', 'received before this date or time; required but for --as consumer')
    .option('--consumer <party>', 'asked by this party')
    .option('--service <id@version>', 'of this service')
    .option('--registry <id>', 'with a call to this registry')
    .option('--official <identifier>', 'asked by this official of --consumer')
    .option('--official-mark <hex>', 'the same by the mark that lists show')
    .option('--outcome <outcome>', 'with a call that ended so: found, not-found, refused, failed, skipped, late')
    .option('--status <status>', 'answered so: complete, partial, refused, cancelled; or running, deferred')
    .option('--case <number>', 'of this case')
    .option('--legal-basis <code>', 'on this legal basis')
    .option('--id <uuid>', 'of this id')
    .option('--limit <number>', 'so many at most; CSV is always all of them', countOf, 100)
    .option('--csv', 'all of them as a table')
    .addHelpText('after', LIST_EXAMPLES)
    .action(async (options: ListOptions) => {
      const { listExchanges } = await import('../audit/list.ts')
      process.exitCode = (await listExchanges(options)) ? 0 : 1
    })
}

function addShow(audit: Command): void {
  asReader(audit.command('show <id>'))
    .description('one exchange as its calls and attempts, with certificate, agreements and entries of the log')
    .option('--consumer <party>', 'whose, where several have used the same id')
    .addHelpText('after', '\nExample:\n  edno audit show 0193a6f0-… --party audit-office')
    .action(async (id: string, options: ShowOptions) => {
      const { showExchange } = await import('../audit/show.ts')
      process.exitCode = (await showExchange(id, options)) ? 0 : 1
    })
}

function addReport(audit: Command): void {
  asReader(audit.command('report'))
    .description('what stands out: refusals, questions without a case, unusual volumes, corrections')
    .requiredOption('--from <instant>', 'from this date or time on')
    .requiredOption('--to <instant>', 'up to this date or time; 92 days at most')
    .addHelpText('after', '\nExample:\n  edno audit report --party audit-office --from 2026-01-01 --to 2026-02-01')
    .action(async (options: ReportOptions) => {
      const { showReport } = await import('../audit/report.ts')
      process.exitCode = (await showReport(options)) ? 0 : 1
    })
}

const OPEN_HELP = `
Shows the page on a loopback port of this machine, over the client certificate of --party. The address that is printed is good
once, for one browser.

Example:
  edno audit open --party audit-office`

function addOpen(audit: Command): void {
  asReader(audit.command('open'))
    .description('the page for auditors, in a browser that does not hold the certificate')
    .option('--minutes <number>', 'end when nobody looked for so long', countOf, 15)
    .addHelpText('after', OPEN_HELP)
    .action(async (options: OpenOptions) => {
      const { openPage } = await import('../audit/open.ts')
      process.exitCode = (await openPage(options)) ? 0 : 1
    })
}

const PERSON_EXAMPLE = `
The number is typed, piped in or read from a file: an argument would stand in the history of the shell. Each search is an
entry of the exchange log, which names nobody.

Example:
  edno audit person --party audit-office --basis "Order 12/2026" --from 2026-01-01 --to 2026-02-01 < number.txt`

function addPerson(audit: Command): void {
  withIdentifier(asReader(audit.command('person')))
    .description('the exchanges that one person stands in')
    .requiredOption('--basis <text>', 'why it is looked for, such as an order by its number; never about a person')
    .requiredOption('--from <instant>', 'received on this date, or at this time, or later')
    .requiredOption('--to <instant>', 'received before this date or time')
    .option('--offset <number>', 'leave out so many of the newest', wholeOf, 0)
    .option('--limit <number>', 'so many at most, up to 1000', countOf, 100)
    .addHelpText('after', PERSON_EXAMPLE)
    .action(async (options: PersonOptions) => {
      const { showPerson } = await import('../audit/person.ts')
      process.exitCode = (await showPerson(options)) ? 0 : 1
    })
}

function wholeOf(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('a whole number from 0')
  return Number(text)
}
