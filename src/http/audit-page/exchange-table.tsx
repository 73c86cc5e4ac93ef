import type { VNode } from 'preact'
import type { ListedExchange } from '../../model/exchange-list.ts'
import type { OutcomeKind } from '../../model/outcome.ts'
import type { NamedThing } from '../record-desks.ts'
import { exchangeAddress, listAddress } from './address.ts'
import type { Names } from './filter-form.tsx'
import { Moment } from './moment.tsx'
import { Outcome, Standing } from './outcomes.tsx'
import { durationOf } from './times.ts'
import type { View } from './view.ts'
import { FILTER_WORDS, WORDS } from './words.ts'

interface TableParts {
  readonly view: View
  readonly names: Names
  readonly exchanges: readonly ListedExchange[]
}

/** One line for each exchange, the newest first. */
export function ExchangeTable({ view, names, exchanges }: TableParts): VNode {
  const { say } = view
  const { consumer, service, legalBasis, case: number, official } = FILTER_WORDS
  const headings = [WORDS.received, consumer, service, legalBasis, number, official, WORDS.calls, WORDS.answer]
  return (
    <div class="wide" tabindex={0} role="region" aria-label={say(WORDS.allExchanges)}>
      <table class="exchanges">
        <thead>
          <tr>
            {headings.map((words) => (
              <th key={words.en} scope="col">
                {say(words)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {exchanges.map((exchange) => (
            <Row key={`${exchange.consumer} ${exchange.exchangeId}`} {...{ view, names, exchange }} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The name of a thing that is known; its id is the whole truth. */
export const nameIn = (view: View, among: readonly NamedThing[], id: string): string => {
  const found = among.find((one) => one.id === id)
  return found === undefined ? id : view.say(found.name)
}

interface RowParts extends Pick<TableParts, 'view' | 'names'> {
  readonly exchange: ListedExchange
}

function Row({ view, names, exchange }: RowParts): VNode {
  const { consumer, service, legalBasis, official, receivedAt, closedAt, status, state = 'closed' } = exchange
  const outcomes = Object.entries(exchange.outcomes) as [OutcomeKind, number][]
  return (
    <tr>
      <th scope="row">
        <a href={exchangeAddress(view.query, exchange)}>
          <Moment at={receivedAt} view={view} />
        </a>
        <code class="id">{exchange.exchangeId}</code>
      </th>
      <td>{nameIn(view, names.consumers, consumer)}</td>
      <td class="service">{nameIn(view, names.services, service)}</td>
      <td>
        {legalBasis === undefined ? '–' : <abbr title={nameIn(view, names.legalBases, legalBasis)}>{legalBasis}</abbr>}
      </td>
      <td>{exchange.case || '–'}</td>
      <td>
        {official === undefined ? (
          '–'
        ) : (
          <a class="mark" title={official} href={listAddress(view.query, { official })}>
            {official.slice(0, 8)}
          </a>
        )}
      </td>
      <td class="outcomes">
        {outcomes.map(([outcome, count]) => (
          <Outcome key={outcome} {...{ view, outcome, count }} />
        ))}
      </td>
      <td>
        <Standing {...{ view, state, status }} />
        {closedAt === undefined ? null : <small>{tookOf(view, receivedAt, closedAt)}</small>}
      </td>
    </tr>
  )
}

const tookOf = ({ say, language }: View, from: string, to: string): string =>
  say(WORDS.took, durationOf(Date.parse(to) - Date.parse(from), language))
