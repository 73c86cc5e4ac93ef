import { withoutIdentifiers } from '../../ops/without-identifiers.ts'

/** That function cuts at 500; half of it is more than an identifier is long, so each stands whole in some window. */
const WINDOW = 500
const STEP = WINDOW / 2

/** Purposes and reasons are kept for good and shown to others: what looks like a person's number is not taken into them. */
export const holdsIdentifier = (text: string): boolean => {
  for (let from = 0; from === 0 || from + STEP < text.length; from += STEP) {
    const part = text.slice(from, from + WINDOW)
    if (withoutIdentifiers(part) !== part) return true
  }
  return false
}
