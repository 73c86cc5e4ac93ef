import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type AuditClient, auditClient } from '../../client/audit.ts'
import type { DataUsage, UsagePage } from '../../model/data-tracker.ts'
import type { PersonName } from '../../model/person.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { instantOf } from '../access/decisions.ts'
import { fill } from '../demo/words.ts'
import { type Language, output } from '../output.ts'
import { type IdentifierOptions, readIdentifier } from '../read-identifier.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { pageOf, type SubjectReport } from './page.ts'
import { WORDS } from './words.ts'
import { writeHtml } from './write-html.ts'

export interface SubjectReportOptions extends CallerOptions, IdentifierOptions {
  readonly out: string
  readonly from?: string
  readonly to?: string
}

const FORMS = ['.html', '.pdf']
/** Nobody but whoever made it reads it, until they say otherwise. */
const OWN = 0o600

/** Who asked about one person, as a page for that person. */
export async function reportOnSubject(options: SubjectReportOptions): Promise<boolean> {
  const { out: file } = options
  const form = extname(file).toLowerCase()
  if (!FORMS.includes(form)) throw new WrongUsage(`--out: a file that ends in ${FORMS.join(' or ')} is expected`)
  if (existsSync(file)) throw new WrongUsage(`--out: ${file} is there already`)
  const name = await readIdentifier(options, output(options.lang))
  return overConnection(options, auditClient, async (client, { out, json }) => {
    const report = await gather(client, name, options, out.language)
    const page = pageOf(report)
    // The writer of PDF and its fonts take a moment to load.
    const bytes = form === '.pdf' ? await (await import('./write-pdf.ts')).writePdf(page) : writeHtml(page)
    await writeFile(file, bytes, { mode: OWN, flag: 'wx' })
    if (json) out.json({ file, exchanges: report.usages.length })
    else out.line(fill(out.text(WORDS.written), file, report.usages.length))
    return true
  })
}

async function gather(
  client: AuditClient,
  name: PersonName,
  { from, to }: SubjectReportOptions,
  language: Language,
): Promise<SubjectReport> {
  const period = await client.get<{ periodStart: string; periodEnd: string }>('/data-tracker/v2/usagePeriod')
  const periodStart = from === undefined ? period.periodStart : instantOf(from, '--from').toISOString()
  const periodEnd = to === undefined ? period.periodEnd : instantOf(to, '--to').toISOString()
  const usages = await allUsages(client, { userCode: userCodeOf(name), periodStart, periodEnd })
  return { language, from: periodStart, to: periodEnd, madeAt: period.periodEnd, usages }
}

async function allUsages(client: AuditClient, question: object): Promise<readonly DataUsage[]> {
  const usages: DataUsage[] = []
  for (;;) {
    const page = await client.post<UsagePage>('/data-tracker/v2/findUsage', { ...question, offset: usages.length })
    usages.push(...page.usages)
    if (page.usages.length === 0 || usages.length >= page.totalUsages) return usages
  }
}

const PREFIXES = { egn: 'PNOBG-', lnch: 'PI:BG-', eik: 'NTRBG-' } as const

const userCodeOf = ({ identifierType, identifier }: PersonName): string => `${PREFIXES[identifierType]}${identifier}`
