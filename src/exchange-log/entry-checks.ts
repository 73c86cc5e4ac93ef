import { ExchangeOrder } from './exchange-order.ts'
import { EntryScanner } from './scan-entry.ts'

/** What is looked at in each entry of a log, one after another. */
export class EntryChecks {
  /** The first entry that is not canonical, of an unknown event, or without what its event says. */
  form: string | undefined
  /** The first entry of an exchange that comes too early or twice. */
  order: string | undefined
  /** The first entry that claims a time too long before that of an earlier one. */
  time: string | undefined
  from: number | undefined
  /** The latest time so far. */
  to: number | undefined
  readonly exchanges = new ExchangeOrder()
  readonly #entry = new EntryScanner()
  readonly #toleranceMs: number

  constructor(toleranceMs: number) {
    this.#toleranceMs = toleranceMs
  }

  /** The entry that lies from `from` to `to` in its bundle. */
  look(index: number, bundle: Buffer, from: number, to: number): void {
    const entry = this.#entry
    if (!entry.scan(bundle, from, to)) {
      this.form ??= `entry ${index}`
      return
    }
    if (entry.hasExchange && !this.exchanges.take(entry.event, entry.exchange, entry.consumer))
      this.order ??= `entry ${index}`
    const latest = this.to ?? entry.time
    if (entry.time < latest - this.#toleranceMs) this.time ??= `entry ${index}`
    this.from ??= entry.time
    this.to = Math.max(latest, entry.time)
  }
}
