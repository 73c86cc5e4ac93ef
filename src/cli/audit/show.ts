import { auditClient } from '../../client/audit.ts'
import type { ExchangeRecord, RecordedCall } from '../../model/exchange-record.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { fill, OUTCOME_WORDS, STATUS_WORDS } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { WORDS } from './words.ts'

export interface ShowOptions extends CallerOptions {
  readonly consumer?: string
}

/** One exchange as its calls and attempts. */
export const showExchange = (id: string, options: ShowOptions): Promise<boolean> =>
  overConnection(options, auditClient, async (client, { out, json }) => {
    const record = await client.record(id, options.consumer)
    if (json) out.json(record)
    else print(record, out)
    return true
  })

function print(record: ExchangeRecord, out: Output): void {
  const said = record.status === undefined ? WORDS.states[record.state] : STATUS_WORDS[record.status]
  out.line(`${out.strong(record.exchangeId)}  ${record.consumer}  ${record.service}  ${out.text(said)}`)
  if (record.content !== undefined) out.line(`  ${out.text(WORDS.content)}: ${out.text(WORDS[record.content])}`)
  for (const [word, value] of headOf(record)) if (value !== undefined) out.line(`  ${out.text(word)}: ${value}`)
  for (const each of record.calls) printCall(each, out)
  for (const { call, cause, state, openedAt } of record.incidents)
    out.line(`  ${fill(out.text(WORDS.incident), call, cause, state, openedAt)}`)
  for (const { event, time, index } of record.entries)
    out.line(out.faint(`  ${fill(out.text(WORDS.entry), event, time, index ?? '–')}`))
}

const headOf = (record: ExchangeRecord) =>
  [
    [WORDS.received, record.receivedAt],
    [WORDS.closed, record.closedAt],
    [WORDS.behalf, record.onBehalfOf],
    [WORDS.basis, record.legalBasis],
    [WORDS.case, record.case || undefined],
    [WORDS.official, record.official],
    [WORDS.certificate, record.signerCertificate],
    [WORDS.grant, record.decision?.grant],
    [WORDS.agreements, agreementsOf(record)],
    [WORDS.kept, record.keptUntil],
    [WORDS.hiddenFromPersons, record.hiddenUntil],
  ] as const

const agreementsOf = ({ decision }: ExchangeRecord): string | undefined =>
  decision === undefined || decision.agreements.length === 0
    ? undefined
    : decision.agreements.map(({ registry, digest }) => `${registry} ${digest.slice(0, 12)}`).join(', ')

function printCall(each: RecordedCall, out: Output): void {
  const ended = each.outcome === undefined ? '–' : out.text(OUTCOME_WORDS[each.outcome])
  const why = each.problem === undefined ? '' : ` (${each.problem})`
  const took = each.elapsedMs === undefined ? '' : `  ${each.elapsedMs} ms`
  out.line(`  ${each.call.padEnd(20)} ${each.operation.padEnd(44)} ${ended}${why}${took}`)
  for (const { number, startedAt, endedAt, fault } of each.attempts)
    out.line(out.faint(`    ${fill(out.text(WORDS.attempt), number, startedAt, endedAt ?? '–', fault ?? 'ok')}`))
}
