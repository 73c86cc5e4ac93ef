import type { VNode } from 'preact'
import type { ExchangeFilter, ExchangePage, Total } from '../../model/exchange-list.ts'
import { listAddress, tableAddress } from './address.ts'
import { ExchangeTable } from './exchange-table.tsx'
import { FilterForm, type Names } from './filter-form.tsx'
import { OfficialForm } from './official-form.tsx'
import { Page } from './page.tsx'
import type { SeenLog } from './seen-heads.ts'
import type { View } from './view.ts'
import { WORDS } from './words.ts'

interface ListParts {
  readonly view: View
  readonly log: SeenLog
  readonly names: Names
  readonly period: { readonly from: string; readonly to: string }
  /** Absent while no period is named. */
  readonly found?: { readonly filter: ExchangeFilter; readonly page: ExchangePage }
}

/** The exchanges of a period by a filter that stands in the address. */
export function ListPage({ view, log, names, period, found }: ListParts): VNode {
  return (
    <Page view={view} title={view.say(WORDS.allExchanges)} log={log}>
      <section class="card search">
        <FilterForm {...{ view, names, period }} />
        <OfficialForm {...{ view, names, period }} />
      </section>
      {found === undefined ? (
        <p class="nothing">{view.say(WORDS.period)}</p>
      ) : (
        <Found view={view} names={names} {...found} />
      )}
    </Page>
  )
}

interface FoundParts extends Pick<ListParts, 'view' | 'names'> {
  readonly filter: ExchangeFilter
  readonly page: ExchangePage
}

function Found({ view, names, filter, page }: FoundParts): VNode {
  const { say, query } = view
  const isFailed = query.outcome === 'failed'
  const { outcome: _, ...wider } = query
  return (
    <section class="card found">
      <p class="tools">
        <span class="count">{countOf(view, page.total)}</span>
        <a class="failed-only" href={isFailed ? listAddress(wider) : listAddress(query, { outcome: 'failed' })}>
          {say(isFailed ? WORDS.failedToo : WORDS.failedOnly)}
        </a>
        <a href={tableAddress(filter)} download>
          {say(WORDS.table)}
        </a>
      </p>
      {page.exchanges.length === 0 ? (
        <p class="nothing">{say(WORDS.none)}</p>
      ) : (
        <ExchangeTable view={view} names={names} exchanges={page.exchanges} />
      )}
      <nav class="pages" aria-label={say(WORDS.allExchanges)}>
        {query.after === undefined ? null : <a href={listAddress(query)}>{say(WORDS.firstPage)}</a>}
        {page.next === undefined ? null : (
          <a rel="next" href={listAddress(query, { after: page.next })}>
            {say(WORDS.nextPage)}
          </a>
        )}
      </nav>
    </section>
  )
}

function countOf({ say }: View, total: Total | undefined): string {
  if (total === undefined) return say(WORDS.furtherPage)
  return say(WORDS.count, total.exact ? total.count : say(WORDS.moreThan, total.count))
}
