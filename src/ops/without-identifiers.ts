/** ЕГН, ЛНЧ, ЕИК: 9, 10 or 13 digits that stand alone. */
const NUMBERS = /(?<![0-9A-Za-z-])\d{9,13}(?![0-9A-Za-z-])/g
/** Registration numbers, in either alphabet, with or without separators. */
const PLATES = /(?<!\p{L})[АВЕКМНОРСТУХABEKMHOPCTYX]{1,2}[ -]?\d{4}[ -]?[АВЕКМНОРСТУХABEKMHOPCTYX]{1,2}(?!\p{L})/giu
const LONGEST = 500

/** The second net below the list of allowed facts: what looks like an identifier of a person or thing is struck out. */
export const withoutIdentifiers = (text: string): string =>
  text.slice(0, LONGEST).replace(NUMBERS, '[withheld]').replace(PLATES, '[withheld]')
