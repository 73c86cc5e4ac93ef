import { normalisePlate } from '../schema/identifiers.ts'
import { isCalendarDate } from './provenance-text.ts'
import { readFlag } from './soap/xml-element.ts'

/** What the text of a registry stands for. `plate`: written with Cyrillic letters or with their Latin look-alikes. */
export type TextType = 'date' | 'dateTime' | 'number' | 'boolean' | 'plate'

/** The value, or `undefined` where the text is none of its type. */
export const decodeText = (text: string, type: TextType): unknown => DECODERS[type](text)

/** A calendar date, also where the registry writes it as an instant of local time. */
const isoDate = (text: string): string | undefined => {
  const [, date] = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text) ?? []
  return date === undefined || !isCalendarDate(date) ? undefined : date
}

const DECODERS: Readonly<Record<TextType, (text: string) => unknown>> = {
  date: isoDate,
  dateTime: isoDate,
  number: (text) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined),
  boolean: readFlag,
  plate: normalisePlate,
}
