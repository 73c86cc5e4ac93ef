import type { DataUsage } from '../../model/data-tracker.ts'
import type { LocalisedText } from '../../model/localised.ts'
import { fill } from '../demo/words.ts'
import type { Language } from '../output.ts'
import { WORDS } from './words.ts'

/** What the report is made of; nothing in it says whose it is. */
export interface SubjectReport {
  readonly language: Language
  /** ISO instants. */
  readonly from: string
  readonly to: string
  readonly madeAt: string
  readonly usages: readonly DataUsage[]
}

/** The same words for every form of the report. */
export interface Page {
  readonly language: Language
  readonly title: string
  readonly lead: string
  readonly facts: readonly string[]
  readonly none: string
  readonly note: string
  /** One after the other, each as lines of a name and a value. */
  readonly entries: readonly Entry[]
  readonly numbered: (page: number) => string
}

interface Entry {
  /** When and who. */
  readonly heading: string
  readonly lines: readonly (readonly [name: string, value: string])[]
}

export function pageOf({ language, from, to, madeAt, usages }: SubjectReport): Page {
  const text = (words: LocalisedText): string => words[language]
  const clock = new Intl.DateTimeFormat(language, { timeZone: 'Europe/Sofia', dateStyle: 'long', timeStyle: 'short' })
  const at = (instant: string): string => clock.format(new Date(instant))
  return {
    language,
    title: text(WORDS.title),
    lead: text(WORDS.lead),
    facts: [
      fill(text(WORDS.period), at(from), at(to)),
      fill(text(WORDS.made), at(madeAt)),
      fill(text(WORDS.count), usages.length),
    ],
    none: text(WORDS.none),
    note: text(WORDS.note),
    entries: usages.map((usage) => entryOf(usage, text, at)),
    numbered: (page) => fill(text(WORDS.page), page),
  }
}

function entryOf(usage: DataUsage, text: (words: LocalisedText) => string, at: (instant: string) => string): Entry {
  const asked = usage.registries.map(({ name, provider }) => `${name} (${provider})`)
  return {
    heading: `${at(usage.logtime)} · ${usage.receiverName}`,
    lines: [
      [text(WORDS.why), withoutBasis(usage)],
      [text(WORDS.basis), usage.legalBasis.text],
      [text(WORDS.whom), asked.length === 0 ? text(WORDS.nobody) : asked.join('; ')],
      [text(WORDS.as), usage.as.map((part) => text(WORDS.parts[part])).join(', ')],
      [text(WORDS.id), usage.exchangeId],
    ],
  }
}

/** Here the legal basis has a line of its own. */
function withoutBasis({ action, legalBasis }: DataUsage): string {
  const basis = ` (${legalBasis.text})`
  return action.endsWith(basis) ? action.slice(0, -basis.length) : action
}
