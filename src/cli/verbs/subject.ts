import type { Command } from 'commander'
import { asReader, withIdentifier } from '../options.ts'
import type { SubjectReportOptions } from '../subject/report.ts'

/** For whoever answers a citizen: a portal, or the office that runs one. */
export function addSubject(program: Command): void {
  const subject = program.command('subject').description('what a person may know of what was asked about them')
  addReport(subject)
}

const EXAMPLE = `
For a party of the role portal. The number is typed, piped in or read from a file, and stands neither in the page nor in the name of
a file. What is hidden still is not in it. Making it is an entry of the exchange log.

Example:
  edno subject report --party citizen-portal --lang bg --out who-asked.pdf < number.txt`

function addReport(subject: Command): void {
  withIdentifier(asReader(subject.command('report')))
    .description('who asked about one person, as a page for that person')
    .requiredOption('--out <file>', 'a new file that ends in .html or .pdf')
    .option(
      '--from <instant>',
      'asked on this date, or at this time, or later; otherwise from the oldest that is kept on',
    )
    .option('--to <instant>', 'asked before this date or time; otherwise until now')
    .addHelpText('after', EXAMPLE)
    .action(async (options: SubjectReportOptions) => {
      const { reportOnSubject } = await import('../subject/report.ts')
      process.exitCode = (await reportOnSubject(options)) ? 0 : 1
    })
}
