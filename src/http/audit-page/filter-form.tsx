import type { VNode } from 'preact'
import { OUTCOME_WORDS, STATUS_WORDS } from '../../model/words.ts'
import type { AuditDesk, NamedThing } from '../record-desks.ts'
import { type FilterName, listAddress } from './address.ts'
import type { View } from './view.ts'
import { FILTER_WORDS, STATE_WORDS, WORDS } from './words.ts'

export type Names = ReturnType<AuditDesk['names']>

interface FormParts {
  readonly view: View
  readonly names: Names
  readonly period: { readonly from: string; readonly to: string }
}

/** The filter, as it stands in the address: a form without a program behind it. */
export function FilterForm({ view, names, period }: FormParts): VNode {
  const { say, language } = view
  const outcomes = Object.entries(OUTCOME_WORDS).map(([id, name]) => ({ id, name }))
  const { running, deferred } = STATE_WORDS
  const statuses = Object.entries({ ...STATUS_WORDS, running, deferred }).map(([id, name]) => ({ id, name }))
  return (
    <form class="filter" method="get" action="/audit" aria-label={say(WORDS.filter)}>
      <Day view={view} name="from" value={period.from} />
      <Day view={view} name="to" value={period.to} />
      <Chosen view={view} name="consumer" among={names.consumers} />
      <Chosen view={view} name="service" among={names.services} />
      <Chosen view={view} name="registry" among={names.registries} />
      <Chosen view={view} name="legalBasis" among={names.legalBases} />
      <Chosen view={view} name="outcome" among={outcomes} />
      <Chosen view={view} name="status" among={statuses} />
      <Typed view={view} name="case" hint={say(WORDS.caseHint)} />
      <Typed view={view} name="official" pattern="[0-9a-f]{32}" />
      <Typed view={view} name="id" pattern="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}" />
      <input type="hidden" name="lang" value={language} />
      <p class="buttons">
        <button type="submit">{say(WORDS.show)}</button>
        <a href={listAddress({ lang: language })}>{say(WORDS.clear)}</a>
      </p>
    </form>
  )
}

interface FieldParts {
  readonly view: View
  readonly name: FilterName
}

/** A day; there is no list without both. */
const Day = ({ view, name, value }: FieldParts & { readonly value: string }): VNode => (
  <p class={`field ${name}`}>
    <label for={name}>{view.say(FILTER_WORDS[name])}</label>
    <input id={name} name={name} type="date" value={value} required />
  </p>
)

interface TypedParts extends FieldParts {
  readonly pattern?: string
  readonly hint?: string
}

function Typed({ view, name, pattern, hint }: TypedParts): VNode {
  const described = hint === undefined ? {} : { 'aria-describedby': `${name}-hint` }
  const formed = pattern === undefined ? {} : { pattern }
  return (
    <p class={`field ${name}`}>
      <label for={name}>{view.say(FILTER_WORDS[name])}</label>
      <input id={name} name={name} value={view.query[name] ?? ''} autocomplete="off" {...described} {...formed} />
      {hint === undefined ? null : (
        <small id={`${name}-hint`} class="hint">
          {hint}
        </small>
      )}
    </p>
  )
}

function Chosen({ view, name, among }: FieldParts & { readonly among: readonly NamedThing[] }): VNode {
  const chosen = view.query[name]
  const isKnown = chosen === undefined || among.some(({ id }) => id === chosen)
  return (
    <p class={`field ${name}`}>
      <label for={name}>{view.say(FILTER_WORDS[name])}</label>
      <select id={name} name={name}>
        <option value="">{view.say(WORDS.any)}</option>
        {isKnown ? null : (
          <option value={chosen} selected>
            {chosen}
          </option>
        )}
        {among.map(({ id, name: words }) => (
          <option key={id} value={id} selected={id === chosen}>
            {view.say(words)}
          </option>
        ))}
      </select>
    </p>
  )
}
