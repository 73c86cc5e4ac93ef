/** What is shown by a few commands. */
export interface Step {
  readonly bg: string
  readonly en: string
  readonly commands: string
}
