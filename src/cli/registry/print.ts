import type { ListedExchange } from '../../model/exchange-list.ts'
import type { LocalisedText } from '../../model/localised.ts'
import type { OutcomeKind } from '../../model/outcome.ts'
import type { BreakerState, RegistryStatus, WaitingRequest } from '../../model/registry-status.ts'
import { SHORT } from '../access/print.ts'
import { fill, OUTCOME_WORDS } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { HEALTH, WORDS } from './words.ts'

export interface Shown {
  readonly status: RegistryStatus
  /** Absent where none were asked for: then there is no word of them. */
  readonly newest: readonly ListedExchange[] | undefined
  /** Who asks. */
  readonly party: string
}

/** The owner's day, on one page: what is in order takes one line. */
export function printStatus(shown: Shown, out: Output): void {
  printHead(shown.status, out)
  printCounts(shown.status, out)
  printDrift(shown.status, out)
  printRequests(shown, out)
  printDowntime(shown.status, out)
  printLog(shown, out)
}

const moment = (instant: string): string => `${instant.replace('T', ' ').slice(0, 19)}Z`

function printHead(status: RegistryStatus, out: Output): void {
  const { health, window, latency, smallest = 0 } = status
  const say = (name: LocalisedText, value: string): void => out.line(`  ${`${out.text(name)}:`.padEnd(16)} ${value}`)
  const sign = health === 'up' ? out.good('✓') : health === 'not-asked' ? '–' : out.bad('✗')
  out.line(`${sign} ${out.strong(status.id)}  ${out.text(status.name)}: ${out.text(HEALTH[health])}`)
  say(WORDS.breaker, breakerText(status.breaker, out))
  if (status.answersBySha1 === true) say(WORDS.signatures, out.bad(out.text(WORDS.sha1)))
  const asked = fill(out.text(WORDS.exchanges), window.exchanges ?? fewerThan(smallest))
  const bounded = window.whole ? '' : ` (${out.text(WORDS.newestOnly)})`
  out.line(`  ${fill(out.text(WORDS.window), moment(window.from))}: ${asked}${bounded}`)
  say(WORDS.latency, timesOf(latency, smallest, out))
  if (status.queued > 0) say(WORDS.queued, fill(out.text(WORDS.waiting), status.queued))
}

function timesOf({ answers, p50Ms, p95Ms }: RegistryStatus['latency'], smallest: number, out: Output): string {
  if (answers === 0) return out.text(WORDS.noAnswers)
  return fill(out.text(WORDS.percentiles), p50Ms ?? '–', p95Ms ?? '–', answers ?? fewerThan(smallest))
}

function breakerText(breaker: BreakerState, out: Output): string {
  if (breaker.state === 'closed') return out.text(WORDS.closed)
  const words = breaker.state === 'open' ? WORDS.open : WORDS.halfOpen
  return out.bad(fill(out.text(words), moment(breaker.since), breaker.opened, moment(breaker.nextTryAt)))
}

/** A heading with lines, or in one line that there are none. */
function section(title: LocalisedText, lines: readonly string[], out: Output): void {
  const heading = out.strong(out.text(title))
  out.line()
  out.line(lines.length === 0 ? `${heading}: ${out.text(WORDS.none)}` : heading)
  for (const line of lines) out.line(`  ${line}`)
}

/** For what is not told: as in the table of edno stats. */
const fewerThan = (smallest: number): string => `<${smallest}*`

function printCounts({ errors, consumers, quotas, totals, smallest = 0 }: RegistryStatus, out: Output): void {
  const failed = errors.map(
    ({ code, count, lastAt }) => `${String(count).padStart(6)}  ${code}  ${fill(out.text(WORDS.last), moment(lastAt))}`,
  )
  section(WORDS.errors, failed, out)
  const asked = consumers.map(
    ({ consumer, questions, answered }) =>
      `${consumer.padEnd(20)} ${fill(out.text(WORDS.asked), questions ?? fewerThan(smallest), answered ?? fewerThan(smallest))}`,
  )
  section(WORDS.consumers, asked, out)
  const left = [
    ...quotas.map(
      ({ agreement, consumer, service, ...quota }) =>
        `${agreement.slice(0, SHORT)}  ${consumer.padEnd(20)} ${service.padEnd(20)} ${leftOf(quota, out)}`,
    ),
    ...totals.map(({ operation, ...quota }) => `${operation}, ${out.text(WORDS.total)}: ${leftOf(quota, out)}`),
  ]
  if (left.length > 0) section(WORDS.quotas, left, out)
  if (smallest > 0) out.line(`\n${out.faint(fill(out.text(WORDS.fewerThan), smallest))}`)
}

const leftOf = ({ left, limit }: { readonly left?: number; readonly limit: number }, out: Output): string =>
  left === undefined ? fill(out.text(WORDS.fewUsed), limit) : fill(out.text(WORDS.left), left, limit)

function printDrift({ drift }: RegistryStatus, out: Output): void {
  const lines = drift.map(
    ({ operation, path, count, lastAt }) =>
      `${operation}  ${out.bad(path)}  ${fill(out.text(WORDS.times), count, moment(lastAt))}`,
  )
  section(WORDS.drift, lines, out)
}

/** With the commands that decide, which sign as the owner: to auditors and operators, who cannot, by its name. */
function printRequests({ status, party: reader }: Shown, out: Output): void {
  const { requests, moreRequests, id, provider, smallest } = status
  const party = smallest === undefined ? reader : provider
  const more = moreRequests === true ? [fill(out.text(WORDS.moreRequests), party, id)] : []
  section(WORDS.requests, [...requests.flatMap((request) => requestLines(request, party, out)), ...more], out)
}

function requestLines(request: WaitingRequest, party: string, out: Output): readonly string[] {
  const { agreement, consumer, service, purpose, from, until, waitsFor } = request
  const id = agreement.slice(0, SHORT)
  const head = `${out.strong(id)}  ${consumer}  ${service}  ${from}…${until}  ${purpose}`
  if (!waitsFor.includes('provider')) return [head, `    ${out.text(WORDS.waitsForOther)}`]
  return [
    head,
    `    edno access show ${id} --party ${party}`,
    `    edno access approve ${id} --party ${party}`,
    `    edno access refuse ${id} --party ${party} --reason "..."`,
  ]
}

function printDowntime({ plannedDowntime }: RegistryStatus, out: Output): void {
  const lines = plannedDowntime.map(
    ({ from, to, reason, now }) =>
      `${moment(from)} … ${moment(to)}  ${reason}${now ? `  (${out.text(WORDS.now)})` : ''}`,
  )
  section(WORDS.downtime, lines.length === 0 ? [] : [...lines, out.text(WORDS.meanwhile)], out)
}

function printLog({ newest, status }: Shown, out: Output): void {
  const { exchanges } = status.links
  if (exchanges === undefined || newest === undefined) return
  section(
    WORDS.log,
    [...newest.map((exchange) => exchangeLine(exchange, out)), fill(out.text(WORDS.allOfThem), `GET ${exchanges}`)],
    out,
  )
}

function exchangeLine({ exchangeId, consumer, service, receivedAt, outcomes }: ListedExchange, out: Output): string {
  const counted = Object.entries(outcomes) as [OutcomeKind, number][]
  const ended = counted.map(([outcome, count]) => `${out.text(OUTCOME_WORDS[outcome])} ${count}`).join(', ')
  return `${moment(receivedAt)}  ${exchangeId}  ${consumer}  ${service}  ${ended}`
}
