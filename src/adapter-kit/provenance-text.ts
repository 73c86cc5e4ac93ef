import { AdapterFault } from './adapter.ts'

const DATE = /^\d{4}-\d{2}-\d{2}$/
const TIME = /^T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?$/
const ZONE = /^(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)$/
/** Longer or freer text could carry names, or swell an answer that repeats it for every part. */
const REFERENCE = /^[A-Za-z0-9._:/-]{1,100}$/

/** A day that the calendar has; `Date` alone would take the 30th of February for the 2nd of March. */
export function isCalendarDate(text: string): boolean {
  const at = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

interface Parts {
  readonly date: string
  readonly zone: string
}

/** The day and the zone of an ISO date or an instant; an instant without a zone, and a date, have the zone `''`. */
function partsOf(text: string): Parts | undefined {
  const [, date = '', time = '', zone = ''] = /^([\d-]{10})(?:(T[\d:.]{8,18})(Z|[+-][\d:]{5})?)?$/.exec(text) ?? []
  const fits = isCalendarDate(date) && (time === '' || TIME.test(time)) && (zone === '' || ZONE.test(zone))
  return fits ? { date, zone } : undefined
}

/** What edno's answers may state as of when: an ISO date, or an RFC 3339 instant. */
export function isAsOf(text: string): boolean {
  const parts = partsOf(text)
  return parts !== undefined && (parts.zone !== '' || parts.date === text)
}

export const isSourceReference = (text: string): boolean => REFERENCE.test(text)

/** As of when a registry says its answer holds: which instant one without a zone is nobody knows, so its day stands. */
export function readAsOf(text: string): string {
  const parts = partsOf(text)
  if (parts === undefined) throw new AdapterFault('bad-answer', 'the answer is as of no readable date or instant')
  return parts.zone === '' ? parts.date : text
}

export function readSourceReference(text: string): string {
  if (!isSourceReference(text)) throw new AdapterFault('bad-answer', "the registry's number of the answer is no number")
  return text
}
