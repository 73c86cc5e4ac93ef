import type { ComponentChildren, VNode } from 'preact'
import type { ExchangeRecord } from '../../model/exchange-record.ts'
import type { LocalisedText } from '../../model/localised.ts'
import { nameIn } from './exchange-table.tsx'
import type { Names } from './filter-form.tsx'
import { Moment } from './moment.tsx'
import type { View } from './view.ts'
import { FILTER_WORDS, WORDS } from './words.ts'

interface FactParts {
  readonly view: View
  readonly names: Names
  readonly record: ExchangeRecord
}

type Fact = readonly [word: LocalisedText, value: ComponentChildren]

/** Who asked, for what, when, on which basis, and why it was allowed. */
export function Facts(parts: FactParts): VNode {
  const facts = [...whoAndWhat(parts), ...times(parts), ...grounds(parts)].filter(([, value]) => value !== undefined)
  return (
    <section class="card">
      <dl class="facts">
        {facts.map(([word, value]) => (
          <div key={word.en}>
            <dt>{parts.view.say(word)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function whoAndWhat({ view, names, record }: FactParts): readonly Fact[] {
  const { consumer, onBehalfOf, service, legalBasis, official } = record
  const party = (id: string): ComponentChildren => `${nameIn(view, names.consumers, id)} (${id})`
  return [
    [FILTER_WORDS.consumer, party(consumer)],
    [WORDS.behalf, onBehalfOf && party(onBehalfOf)],
    [FILTER_WORDS.service, `${nameIn(view, names.services, service)} (${service})`],
    [FILTER_WORDS.legalBasis, legalBasis && `${nameIn(view, names.legalBases, legalBasis)} (${legalBasis})`],
    [FILTER_WORDS.case, record.case || undefined],
    [FILTER_WORDS.official, official && <code>{official}</code>],
  ]
}

function times({ view, record }: FactParts): readonly Fact[] {
  const moment = (at: string | undefined): ComponentChildren => at && <Moment at={at} view={view} />
  return [
    [WORDS.received, moment(record.receivedAt)],
    [WORDS.closed, moment(record.closedAt)],
    [WORDS.deadline, moment(record.deadline)],
    [WORDS.keptUntil, moment(record.keptUntil)],
    [WORDS.content, record.content && view.say(WORDS[record.content])],
    [WORDS.hiddenUntil, moment(record.hiddenUntil)],
    [WORDS.cancelled, record.cancelledBy],
  ]
}

function grounds({ view, names, record: { signerCertificate, decision } }: FactParts): readonly Fact[] {
  const agreements = decision?.agreements ?? []
  return [
    [WORDS.signer, signerCertificate && <code>{signerCertificate}</code>],
    [WORDS.grant, decision?.grant && <code>{decision.grant}</code>],
    [
      WORDS.agreements,
      agreements.length === 0 ? undefined : (
        <ul>
          {agreements.map(({ registry, digest }) => (
            <li key={registry}>
              {nameIn(view, names.registries, registry)} <code>{digest}</code>
            </li>
          ))}
        </ul>
      ),
    ],
    [WORDS.decision, decision && <code>{decision.digest}</code>],
    [WORDS.fields, decision && <Disclosure view={view} fields={decision.disclosure} />],
  ]
}

interface DisclosureParts {
  readonly view: View
  readonly fields: Readonly<Record<string, readonly string[]>>
}

const Disclosure = ({ view, fields }: DisclosureParts): VNode => (
  <ul>
    {Object.entries(fields).map(([call, allowed]) => (
      <li key={call}>
        <strong>{call}</strong>: {allowed.length === 0 ? view.say(WORDS.checksOnly) : allowed.join(', ')}
      </li>
    ))}
  </ul>
)
