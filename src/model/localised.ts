/** A text for people, in the two languages of the product. */
export interface LocalisedText {
  readonly bg: string
  readonly en: string
}
