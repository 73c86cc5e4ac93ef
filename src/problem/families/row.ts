/** One refusal: how it is told, and whether to try again. */
export interface Row {
  readonly status: number
  readonly retry: 'never' | 'later' | 'new-id'
  readonly bg: string
  readonly en: string
  /** What to do about it, in both languages. */
  readonly doBg: string
  readonly doEn: string
}
