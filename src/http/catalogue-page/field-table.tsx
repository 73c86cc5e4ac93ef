import type { VNode } from 'preact'
import type { DescribedField } from '../../model/registry-page.ts'
import type { View } from './page.tsx'
import { KINDS, WORDS } from './words.ts'

interface FieldParts {
  readonly view: View
  /** What the table is called by who does not see it. */
  readonly label: string
  readonly fields: readonly DescribedField[]
}

/** One line for each field; what it means stands as its owner wrote it, in Bulgarian. */
export const FieldTable = ({ view, label, fields }: FieldParts): VNode => (
  <div class="wide" tabindex={0} role="region" aria-label={label}>
    <table>
      <thead>
        <tr>
          {[WORDS.field, WORDS.meaning, WORDS.kind].map((words) => (
            <th key={words.en} scope="col">
              {view.say(words)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.path}>
            <th scope="row">
              <code>{field.path}</code>
            </th>
            <td lang="bg">{field.title ?? '–'}</td>
            <td>{kindOf(view, field)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

function kindOf({ say }: View, { type, values, list, required }: DescribedField): string {
  const known = KINDS[type]
  const kind = values === undefined ? (known === undefined ? type : say(known)) : say(WORDS.oneOf, values.join(', '))
  return [kind, list ? say(WORDS.list) : '', required ? say(WORDS.required) : '']
    .filter((text) => text !== '')
    .join(', ')
}
