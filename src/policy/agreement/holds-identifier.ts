import { withoutIdentifiers } from '../../ops/without-identifiers.ts'
import { isEgn } from '../../schema/identifiers.ts'

/** That function cuts at 500; half of it is more than an identifier is long, so each stands whole in some window. */
const WINDOW = 500
const STEP = WINDOW / 2

const SEPARATOR = String.raw`[\s\p{Pd}./_,:]{1,3}`
/** Digits in several pieces. */
const PIECES = new RegExp(String.raw`\d{1,9}(?:${SEPARATOR}\d{1,9})+`, 'gu')
/** Digits in one piece, also inside what that function takes for a digest or a name. */
const RUNS = /\d{10,}/g
const LETTER = '[АВЕКМНОРСТУХABEKMHOPCTYX]'
const PLATE = new RegExp(
  String.raw`(?<!\p{L})${LETTER}[ .]?${LETTER}?(?:${SEPARATOR})?\d{4}(?:${SEPARATOR})?${LETTER}[ .]?${LETTER}?(?!\p{L})`,
  'u',
)
const EGN_LENGTH = 10

/**
 * Purposes, reasons, officials and numbers of cases are kept for good and shown to others: what looks like a person's
 * number is not taken into them, in whatever digits and with whatever between them. Nine digits in one piece are enough;
 * in pieces, or within a digest, it must be a number of today's people by its date and its check digit, since pieces
 * are dates and numbers of cases as well.
 */
export const holdsIdentifier = (text: string): boolean => {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '')
  return standsPlainly(plain) || PLATE.test(plain) || egnInPieces(plain) || egnInRuns(plain)
}

function standsPlainly(text: string): boolean {
  for (let from = 0; from === 0 || from + STEP < text.length; from += STEP) {
    const part = text.slice(from, from + WINDOW)
    if (withoutIdentifiers(part) !== part) return true
  }
  return false
}

/** Whole pieces that make ten digits together, and these the number of a person of today. */
export const egnInPieces = (text: string): boolean =>
  (text.match(PIECES) ?? []).some((found) => {
    const pieces = found.match(/\d+/g) ?? []
    return pieces.some((_, from) => startsEgn(pieces.slice(from, from + EGN_LENGTH)))
  })

function startsEgn(pieces: readonly string[]): boolean {
  let digits = ''
  for (const piece of pieces) {
    digits += piece
    if (digits.length >= EGN_LENGTH) return isOfToday(digits)
  }
  return false
}

const egnInRuns = (text: string): boolean =>
  (text.match(RUNS) ?? []).some((run) =>
    Array.from({ length: run.length - EGN_LENGTH + 1 }, (_, at) => run.slice(at, at + EGN_LENGTH)).some(isOfToday),
  )

/** Months above 20 and up to 32 are of people born before 1900; years and numbers of cases look like them. */
const isOfToday = (digits: string): boolean => {
  const month = Number(digits.slice(2, 4))
  return isEgn(digits) && (month <= 12 || month > 40)
}
