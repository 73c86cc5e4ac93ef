import { type AuditClient, auditClient, type ListQuery } from '../../client/audit.ts'
import type { ListedExchange, Total } from '../../model/exchange-list.ts'
import type { OutcomeKind } from '../../model/outcome.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { instantOf } from '../access/decisions.ts'
import { fill, OUTCOME_WORDS, STATUS_WORDS } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { WORDS } from './words.ts'

export interface ListOptions extends CallerOptions {
  /** Whose exchanges: all, those of a registry, or the party's own. */
  readonly as: 'auditor' | 'owner' | 'consumer'
  readonly from?: string
  readonly to?: string
  readonly consumer?: string
  readonly service?: string
  readonly registry?: string
  readonly official?: string
  readonly officialMark?: string
  readonly outcome?: string
  readonly status?: string
  readonly case?: string
  readonly legalBasis?: string
  readonly id?: string
  readonly limit: number
  readonly csv?: boolean
}

/** The newest exchanges as a table or as one object, or all of them as CSV. */
export const listExchanges = (options: ListOptions): Promise<boolean> =>
  overConnection(options, auditClient, async (client, { out, json }) => {
    const { path, query } = await questionOf(options, client)
    if (options.csv === true) {
      for await (const piece of await client.stream(path, query, 'text/csv')) process.stdout.write(piece)
      return true
    }
    const { exchanges, total } = await newest(client, path, query, options.limit)
    if (json) out.json({ exchanges, total })
    else print(exchanges, total, out)
    return true
  })

async function questionOf(
  options: ListOptions,
  client: AuditClient,
): Promise<{ readonly path: string; readonly query: ListQuery }> {
  const { as, registry, ...rest } = options
  if (as === 'owner' && registry === undefined) throw new WrongUsage('--as owner: say which registry with --registry')
  if (as !== 'consumer' && (rest.from === undefined || rest.to === undefined))
    throw new WrongUsage('say of which time: --from and --to (only --as consumer, the own ones, needs neither)')
  const query = { ...filterOf(rest), ...(await officialOf(options, client)) }
  if (as === 'owner') return { path: `/v1/registries/${registry}/exchanges`, query }
  const path = as === 'auditor' ? '/v1/audit/exchanges' : '/v1/exchanges'
  return { path, query: { ...query, ...(registry === undefined ? {} : { registry }) } }
}

const NAMES = ['consumer', 'service', 'outcome', 'status', 'case', 'legalBasis', 'id'] as const

function filterOf(options: Omit<ListOptions, 'as'>): ListQuery {
  const { from, to } = options
  return {
    ...(from === undefined ? {} : { from: instantOf(from, '--from').toISOString() }),
    ...(to === undefined ? {} : { to: instantOf(to, '--to').toISOString() }),
    ...Object.fromEntries(NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))),
  }
}

/** An identifier is turned into its mark first: addresses stand in logs. */
async function officialOf(
  { official, officialMark, consumer, party, as }: ListOptions,
  client: AuditClient,
): Promise<ListQuery> {
  if (officialMark !== undefined) return { official: officialMark }
  if (official === undefined) return {}
  const whose = consumer ?? (as === 'consumer' ? party : undefined)
  if (whose === undefined) throw new WrongUsage('--official: say whose with --consumer')
  return { official: await client.officialOf(whose, official) }
}

const MOST_OF_PAGE = 1000

async function newest(
  client: AuditClient,
  path: string,
  query: ListQuery,
  limit: number,
): Promise<{ readonly exchanges: readonly ListedExchange[]; readonly total: Total | undefined }> {
  const exchanges: ListedExchange[] = []
  let total: Total | undefined
  for await (const page of client.pages(path, { ...query, limit: String(Math.min(limit, MOST_OF_PAGE)) })) {
    exchanges.push(...page.exchanges)
    total ??= page.total
    if (exchanges.length >= limit) break
  }
  return { exchanges: exchanges.slice(0, limit), total }
}

function print(exchanges: readonly ListedExchange[], total: Total | undefined, out: Output): void {
  for (const exchange of exchanges) out.line(rowOf(exchange, out))
  if (total === undefined) return
  const count = total.exact ? String(total.count) : fill(out.text(WORDS.moreThan), total.count)
  out.line(fill(out.text(WORDS.total), exchanges.length, count))
}

function rowOf(exchange: ListedExchange, out: Output): string {
  const { exchangeId, consumer, service, receivedAt, outcomes, status, state } = exchange
  const counted = Object.entries(outcomes) as [OutcomeKind, number][]
  const said = status === undefined ? WORDS.states[state ?? 'closed'] : STATUS_WORDS[status]
  const cells = [
    `${receivedAt.replace('T', ' ').slice(0, 19)} UTC`,
    out.strong(exchangeId),
    consumer.padEnd(18),
    service.padEnd(20),
    (exchange.legalBasis ?? '–').padEnd(12),
    (exchange.official?.slice(0, 8) ?? '–').padEnd(8),
    out.text(said).padEnd(10),
    counted.map(([outcome, count]) => `${out.text(OUTCOME_WORDS[outcome])} ${count}`).join(', '),
    exchange.case,
  ]
  return cells.join('  ').trimEnd()
}
