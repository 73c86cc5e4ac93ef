import type { VNode } from 'preact'
import type { RecordedEntry } from '../../model/exchange-record.ts'
import { Moment } from './moment.tsx'
import type { View } from './view.ts'
import { WORDS } from './words.ts'

interface EntryParts {
  readonly view: View
  readonly entries: readonly RecordedEntry[]
}

/** What the exchange log holds about it; that it stands there the evidence proves. */
export function EntryTable({ view, entries }: EntryParts): VNode {
  const { say } = view
  return (
    <section class="card">
      <h2>{say(WORDS.entries)}</h2>
      <div class="wide" tabindex={0} role="region" aria-label={say(WORDS.entries)}>
        <table>
          <thead>
            <tr>
              {[WORDS.place, WORDS.event, WORDS.when, WORDS.leaf].map((words) => (
                <th key={words.en} scope="col">
                  {say(words)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map(({ index, event, time, leafHash }) => (
              <tr key={leafHash}>
                <th scope="row">{index ?? say(WORDS.notPlaced)}</th>
                <td>{event}</td>
                <td>
                  <Moment at={time} view={view} />
                </td>
                <td>
                  <code>{leafHash}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
