import type { VNode } from 'preact'
import type { RegistryView } from '../broker.ts'
import { Page, type View } from './page.tsx'
import { Table } from './table.tsx'
import { WORDS } from './words.ts'

interface IndexParts {
  readonly view: View
  readonly registries: readonly RegistryView[]
}

/** All registries with their operations, each a link to its own page. */
export const IndexPage = ({ view, registries }: IndexParts): VNode => (
  <Page view={view} title={view.say(WORDS.title)}>
    <Table
      view={view}
      label={view.say(WORDS.title)}
      heads={[WORDS.registry, WORDS.owner, WORDS.operations]}
      class="card wide"
    >
      {registries.map(({ id, name, provider, operations }) => (
        <tr key={id}>
          <th scope="row">
            <a href={`/catalogue/${id}?lang=${view.language}`}>{view.say(name)}</a> <code>{id}</code>
          </th>
          <td>
            <code>{provider}</code>
          </td>
          <td>{operations.map(({ title }) => view.say(title)).join('; ')}</td>
        </tr>
      ))}
    </Table>
  </Page>
)
