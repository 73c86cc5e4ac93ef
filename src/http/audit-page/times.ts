import { fill } from '../../model/fill.ts'
import type { LocalisedText } from '../../model/localised.ts'

type Language = 'bg' | 'en'

const formatter = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, { timeZone: 'Europe/Sofia', hourCycle: 'h23', ...options })

const TO_SECONDS: Intl.DateTimeFormatOptions = {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
}
const MOMENTS = { bg: formatter('bg-BG', TO_SECONDS), en: formatter('en-GB', TO_SECONDS) }

/** A moment as a clock in Sofia shows it. */
export const momentOf = (iso: string, language: Language): string => MOMENTS[language].format(new Date(iso))

const UNITS: readonly (readonly [least: number, words: LocalisedText])[] = [
  [3_600_000, { bg: '{} ч', en: '{} h' }],
  [60_000, { bg: '{} мин', en: '{} min' }],
  [1000, { bg: '{} с', en: '{} s' }],
]

/** Three digits at most: nobody reads more off a list. */
export function durationOf(ms: number, language: Language): string {
  const [least, words] = UNITS.find(([from]) => ms >= from) ?? [1, { bg: '{} мс', en: '{} ms' }]
  const amount = new Intl.NumberFormat(language === 'bg' ? 'bg-BG' : 'en-GB', { maximumSignificantDigits: 3 })
  return fill(words[language], amount.format(ms / least))
}
