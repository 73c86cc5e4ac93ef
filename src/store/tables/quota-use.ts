/** How many questions were put on one day of the calendar in Sofia, as one limit counts them. */
export interface QuotaUseTable {
  /** `agreement:<digest>`, or `operation:<registry>/<id>@<version>`. */
  readonly counter: string
  /** ISO date. */
  readonly day: string
  readonly used: number
}
