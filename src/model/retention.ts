/** How long the content of exchanges is kept: a class of the operator's configuration. */
export interface Retention {
  readonly class: string
  /** For how long after it was closed an exchange's answer can be fetched again. */
  readonly answerHours: number
}

/** The class of what names none; `retention.answerHours` is its time. */
export const STANDARD_CLASS = 'standard'

export const classOf = ({ retention }: { readonly retention?: Retention }): string => retention?.class ?? STANDARD_CLASS
