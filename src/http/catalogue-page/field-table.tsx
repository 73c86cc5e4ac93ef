import type { VNode } from 'preact'
import type { DescribedField } from '../../model/registry-page.ts'
import type { View } from './page.tsx'
import { Table } from './table.tsx'
import { KINDS, WORDS } from './words.ts'

interface FieldParts {
  readonly view: View
  /** What the table is called by who does not see it. */
  readonly label: string
  readonly fields: readonly DescribedField[]
}

/** One line for each field; where nobody says in English what it means, it stands as its owner wrote it. */
export const FieldTable = ({ view, label, fields }: FieldParts): VNode => (
  <Table view={view} label={label} heads={[WORDS.field, WORDS.meaning, WORDS.kind]}>
    {fields.map((field) => (
      <tr key={field.path}>
        <th scope="row">
          <code>{field.path}</code>
        </th>
        <Meaning view={view} field={field} />
        <td>{kindOf(view, field)}</td>
      </tr>
    ))}
  </Table>
)

function Meaning({ view, field }: { readonly view: View; readonly field: DescribedField }): VNode {
  const { title, titleEn } = field
  return view.language === 'en' && titleEn !== undefined ? <td>{titleEn}</td> : <td lang="bg">{title ?? '–'}</td>
}

function kindOf({ say }: View, { type, values, list, required }: DescribedField): string {
  const known = KINDS[type]
  const kind = values === undefined ? (known === undefined ? type : say(known)) : say(WORDS.oneOf, values.join(', '))
  return [kind, list ? say(WORDS.list) : '', required ? say(WORDS.required) : '']
    .filter((text) => text !== '')
    .join(', ')
}
