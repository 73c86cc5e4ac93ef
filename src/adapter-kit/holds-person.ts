import { isEgn } from '../schema/identifiers.ts'

/** Not within a longer number. */
const TENS = /(?<!\d)\d{10}(?!\d)/g

/**
 * Whether a number that is an ЕГН by its date and its check digit stands anywhere in a value, names of members apart. Of
 * random numbers of ten digits one in a hundred is one by accident; codes are shorter, and one that is not is refused
 * rather than a person let through.
 */
export function holdsPerson(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'number')
    return (String(value).normalize('NFKC').match(TENS) ?? []).some(isEgn)
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsPerson)
}
