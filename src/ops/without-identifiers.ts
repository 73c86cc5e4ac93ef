/** UUIDs, and hex digests of 16 bytes or more: names of exchanges and certificates, whatever digits they hold. */
const WHOLE =
  /(?<![\p{L}\p{N}])([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=\d*[a-f])[0-9a-f]{32,})(?![\p{L}\p{N}])/iu
/** ЕГН, ЛНЧ, ЕИК: 9, 10 or 13 digits, whatever letters stand beside them; longer runs may hold one. */
const NUMBERS = /\d{9,}/g
/** Registration numbers, in either alphabet, with or without separators. */
const PLATES = /(?<!\p{L})[АВЕКМНОРСТУХABEKMHOPCTYX]{1,2}[ -]?\d{4}[ -]?[АВЕКМНОРСТУХABEKMHOPCTYX]{1,2}(?!\p{L})/giu
const LONGEST = 500

/** Every second part is one that `WHOLE` caught. */
const strike = (part: string, index: number): string =>
  index % 2 === 1 ? part : part.replace(NUMBERS, '[withheld]').replace(PLATES, '[withheld]')

/**
 * The second net below the list of allowed facts: what looks like an identifier of a person or thing is struck out.
 * Struck first and cut then, so that no half of an identifier is left at the cut.
 */
export const withoutIdentifiers = (text: string): string => text.split(WHOLE).map(strike).join('').slice(0, LONGEST)
