import { auditClient, type ListQuery } from '../client/audit.ts'
import type { CorrectionAct, CorrectionReport, CorrectionView } from '../model/correction.ts'
import { type CallerOptions, overConnection } from './access/caller.ts'
import type { Output } from './output.ts'

export interface CorrectionListOptions extends CallerOptions {
  readonly state?: string
  readonly registry?: string
}

export interface CorrectionReportOptions extends CallerOptions {
  readonly call: string
  readonly kind: CorrectionReport['kind']
  readonly field?: readonly string[]
  readonly text: string
}

export interface CorrectionActOptions extends CallerOptions {
  readonly text: string
  readonly result?: NonNullable<CorrectionAct['result']>
}

const NONE = { bg: 'Няма съобщени грешки.', en: 'No errors are reported.' }
const WORDS = {
  reported: { bg: 'съобщено', en: 'reported' },
  answered: { bg: 'отговорено', en: 'answered' },
  closed: { bg: 'приключено', en: 'closed' },
  corrected: { bg: 'поправено', en: 'corrected' },
  'right-as-it-is': { bg: 'вярно е', en: 'right as it is' },
} as const

export const listCorrections = (options: CorrectionListOptions): Promise<boolean> =>
  overConnection(options, auditClient, async (client, { out, json }) => {
    const { corrections } = await client.get<{ corrections: CorrectionView[] }>('/v1/corrections', queryOf(options))
    if (json) out.json({ corrections })
    else if (corrections.length === 0) out.line(out.text(NONE))
    else for (const each of corrections) print(each, out)
    return true
  })

const queryOf = ({ state, registry }: CorrectionListOptions): ListQuery => ({
  ...(state === undefined ? {} : { state }),
  ...(registry === undefined ? {} : { registry }),
})

export const reportCorrection = (exchange: string, options: CorrectionReportOptions): Promise<boolean> => {
  const { call, kind, field = [], text } = options
  return posting(options, `/v1/exchanges/${exchange}/corrections`, { call, kind, fields: field, text })
}

export const actOnCorrection = (
  id: string,
  act: 'answer' | 'close',
  options: CorrectionActOptions,
): Promise<boolean> => {
  const { text, result } = options
  return posting(options, `/v1/corrections/${id}/acts`, { act, text, ...(result === undefined ? {} : { result }) })
}

const posting = (options: CallerOptions, path: string, body: object): Promise<boolean> =>
  overConnection(options, auditClient, async (client, { out, json }) => {
    const now = await client.post<CorrectionView>(path, body)
    if (json) out.json(now)
    else print(now, out)
    return true
  })

function print(correction: CorrectionView, out: Output): void {
  const { id, operation, consumer, kind, fields, state, result, steps } = correction
  const ended = result === undefined ? '' : `, ${out.text(WORDS[result])}`
  out.line(`${out.strong(id)}  ${operation}  ${kind}  ${fields.join(', ')}  ${out.text(WORDS[state])}${ended}`)
  out.line(out.faint(`    ${correction.exchangeId} · ${correction.call} · ${consumer}`))
  for (const { at, by, change, text } of steps) out.line(`    ${at}  ${by}  ${out.text(WORDS[change])}: ${text}`)
}
