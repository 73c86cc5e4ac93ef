import type { VNode } from 'preact'
import type { ExchangeRecord } from '../../model/exchange-record.ts'
import type { PlacedRecord } from '../record-desks.ts'
import { evidenceAddress, exchangeAddress, listAddress, verificationAddress } from './address.ts'
import { EntryTable } from './entry-table.tsx'
import { Facts } from './facts.tsx'
import type { Names } from './filter-form.tsx'
import { Page } from './page.tsx'
import type { SeenLog } from './seen-heads.ts'
import type { View } from './view.ts'
import { Waterfall } from './waterfall.tsx'
import { WORDS } from './words.ts'

interface ExchangeParts {
  readonly view: View
  readonly log: SeenLog
  readonly names: Names
  readonly placed: PlacedRecord
}

/** One exchange, with those beside it in the list that the reader came from. */
export function ExchangePage({ view, log, names, placed }: ExchangeParts): VNode {
  const { say, query } = view
  const { record } = placed
  return (
    <Page view={view} title={`${say(WORDS.exchange)} ${record.exchangeId}`} log={log}>
      <Neighbours view={view} placed={placed} />
      <p class="tools">
        <a class="button" href={verificationAddress(query, record)}>
          {say(WORDS.verify)}
        </a>
        <a class="button" href={evidenceAddress(record)} download>
          {say(WORDS.download)}
        </a>
      </p>
      <Facts {...{ view, names, record }} />
      <Waterfall {...{ view, names, record }} />
      <Incidents view={view} record={record} />
      <EntryTable view={view} entries={record.entries} />
    </Page>
  )
}

function Neighbours({ view, placed: { newer, older } }: Pick<ExchangeParts, 'view' | 'placed'>): VNode {
  const { say, query } = view
  return (
    <nav class="neighbours" aria-label={say(WORDS.neighbours)}>
      <a href={listAddress(query)}>{say(WORDS.backToList)}</a>
      {newer === undefined ? null : (
        <a rel="prev" href={exchangeAddress(query, newer)}>
          {say(WORDS.newer)}
        </a>
      )}
      {older === undefined ? null : (
        <a rel="next" href={exchangeAddress(query, older)}>
          {say(WORDS.older)}
        </a>
      )}
    </nav>
  )
}

function Incidents({ view, record }: { readonly view: View; readonly record: ExchangeRecord }): VNode | null {
  const { say } = view
  if (record.incidents.length === 0) return null
  return (
    <section class="card">
      <h2>{say(WORDS.incidents)}</h2>
      <ul>
        {record.incidents.map(({ call, cause, state, openedAt }) => (
          <li key={`${call} ${openedAt}`}>{say(WORDS.incident, call, cause, state, openedAt)}</li>
        ))}
      </ul>
    </section>
  )
}
