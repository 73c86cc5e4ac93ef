/** Identifiers of the Bulgarian administration: form and check digit. A check never says that somebody exists. */

const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)

/** Remainder by 11 with a second set of weights where the first gives 10, and 0 where both do. */
const remainderEleven = (digits: string, first: readonly number[], second: readonly number[]): number => {
  const remainder = weighted(digits, first) % 11
  return remainder < 10 ? remainder : (weighted(digits, second) % 11) % 10
}

const isDate = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** Months 1-12 are of 19YY, 21-32 of 18YY, 41-52 of 20YY. */
const CENTURIES = [
  { offset: 0, year: 1900 },
  { offset: 20, year: 1800 },
  { offset: 40, year: 2000 },
] as const

const startsWithBirthDate = (egn: string): boolean => {
  const month = Number(egn.slice(2, 4))
  const century = CENTURIES.find(({ offset }) => month > offset && month <= offset + 12)
  return (
    century !== undefined &&
    isDate(century.year + Number(egn.slice(0, 2)), month - century.offset, Number(egn.slice(4, 6)))
  )
}

/** ЕГН: ten digits, a calendar date of birth, check digit. */
export const isEgn = (text: string): boolean =>
  /^\d{10}$/.test(text) &&
  startsWithBirthDate(text) &&
  (weighted(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === Number(text[9])

/** ЛНЧ: ten digits and a check digit. Some strings are both an ЕГН and an ЛНЧ; the type is always told, never guessed. */
export const isLnch = (text: string): boolean =>
  /^\d{10}$/.test(text) &&
  !/^0+$/.test(text) &&
  weighted(text, [21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 === Number(text[9])

const isEikOfNine = (text: string): boolean =>
  !/^0{9}/.test(text) && remainderEleven(text, [1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8, 9, 10]) === Number(text[8])

/** ЕИК or БУЛСТАТ: nine digits, or thirteen for a branch, whose first nine are those of its owner. */
export const isEik = (text: string): boolean => {
  if (!/^(\d{9}|\d{13})$/.test(text) || !isEikOfNine(text)) return false
  return text.length === 9 || remainderEleven(text.slice(8), [2, 7, 3, 5], [4, 9, 5, 7]) === Number(text[12])
}

/** ЕКАТТЕ: the five digits of a settlement. */
export const isEkatte = (text: string): boolean =>
  /^\d{5}$/.test(text) && !/^0+$/.test(text) && remainderEleven(text, [1, 2, 3, 4], [3, 4, 5, 6]) === Number(text[4])

/** ISO 3779, form only: its check digit is a rule of North America. */
export const isVin = (text: string): boolean => /^[A-HJ-NPR-Z0-9]{17}$/.test(text)

const LATIN_TWINS: ReadonlyMap<string, string> = new Map(
  Array.from('ABEKMHOPCTYX', (letter, index) => [letter, 'АВЕКМНОРСТУХ'.charAt(index)]),
)

/** One spelling of a registration number: no blanks or dashes, capitals, Cyrillic in place of look-alike Latin letters. */
export const normalisePlate = (text: string): string =>
  Array.from(text.replace(/[\s‐-―-]/gu, '').toUpperCase(), (letter) => LATIN_TWINS.get(letter) ?? letter).join('')

/** A normalised registration number: letters of the region, four digits, series. */
export const isPlate = (text: string): boolean => /^[АВЕКМНОРСТУХ]{1,2}\d{4}[АВЕКМНОРСТУХ]{1,2}$/.test(text)
