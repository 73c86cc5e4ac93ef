import type { ComponentChildren, VNode } from 'preact'
import type { LocalisedText } from '../../model/localised.ts'
import type { View } from './page.tsx'

interface TableParts {
  readonly view: View
  /** What the table is called by who does not see it. */
  readonly label: string
  readonly heads: readonly LocalisedText[]
  readonly class?: string
  /** Its rows. */
  readonly children: ComponentChildren
}

/** A table that scrolls by itself where the screen is narrower, by keys too. */
export const Table = ({ view, label, heads, children, ...more }: TableParts): VNode => (
  <div class={more.class ?? 'wide'} tabindex={0} role="region" aria-label={label}>
    <table>
      <thead>
        <tr>
          {heads.map((words) => (
            <th key={words.en} scope="col">
              {view.say(words)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
)
