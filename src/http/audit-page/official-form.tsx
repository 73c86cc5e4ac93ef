import type { VNode } from 'preact'
import type { View } from './view.ts'
import type { Names } from './filter-form.tsx'
import { FILTER_WORDS, WORDS } from './words.ts'

interface FormParts {
  readonly view: View
  readonly names: Names
  readonly period: { readonly from: string; readonly to: string }
}

/** Looks for an official by name: sent in a body, so that the identifier stands in no address, and turned into a mark. */
export function OfficialForm({ view: { say, query, language }, names, period }: FormParts): VNode {
  return (
    <details class="by-official">
      <summary>{say(WORDS.byOfficial)}</summary>
      <form class="filter" method="post" action="/audit/officials" aria-label={say(WORDS.byOfficial)}>
        <p class="field">
          <label for="official-consumer">{say(FILTER_WORDS.consumer)}</label>
          <select id="official-consumer" name="consumer" required>
            {names.consumers.map(({ id, name }) => (
              <option key={id} value={id} selected={id === query.consumer}>
                {say(name)}
              </option>
            ))}
          </select>
        </p>
        <p class="field">
          <label for="identifier">{say(WORDS.identifier)}</label>
          <input
            id="identifier"
            name="identifier"
            required
            maxlength={200}
            autocomplete="off"
            aria-describedby="identifier-hint"
          />
          <small id="identifier-hint" class="hint">
            {say(WORDS.officialHint)}
          </small>
        </p>
        {Object.entries({ ...period, lang: language }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <p class="buttons">
          <button type="submit">{say(WORDS.find)}</button>
        </p>
      </form>
    </details>
  )
}
