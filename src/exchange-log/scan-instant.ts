const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d\.\d{3}Z$/
const LENGTH = 'yyyy-mm-ddThh:mm:ss.mmmZ'.length
const MINUTE = 'yyyy-mm-ddThh:mm:'.length
const [ZERO, DOT, ZULU] = [0x30, 0x2e, 0x5a]
/** Of the five digits behind the minute, by where they stand. */
const MILLISECONDS = [10_000, 1000, 0, 100, 10, 1] as const

/** RFC 3339 in the one form that edno writes. Neighbours often have the same minute, which is read once. */
export class InstantReader {
  readonly #minute = new Uint8Array(MINUTE)
  #start = Number.NaN

  /** Milliseconds since 1970; NaN for any other form. */
  read(bytes: Buffer, from: number, to: number): number {
    if (to - from !== LENGTH) return Number.NaN
    return this.#isSameMinute(bytes, from)
      ? this.#start + secondsOf(bytes, from + MINUTE)
      : this.#readWhole(bytes, from)
  }

  #isSameMinute(bytes: Buffer, from: number): boolean {
    for (let i = MINUTE - 1; i >= 0; i -= 1) if (bytes[from + i] !== this.#minute[i]) return false
    return true
  }

  #readWhole(bytes: Buffer, from: number): number {
    const text = bytes.toString('latin1', from, from + LENGTH)
    const instant = INSTANT.test(text) ? Date.parse(text) : Number.NaN
    if (Number.isNaN(instant)) return instant
    this.#minute.set(bytes.subarray(from, from + MINUTE))
    this.#start = Date.parse(`${text.slice(0, MINUTE)}00.000Z`)
    return instant
  }
}

/** `ss.mmmZ`, in milliseconds. */
function secondsOf(bytes: Buffer, from: number): number {
  let sum = 0
  for (let i = 0; i < MILLISECONDS.length; i += 1) {
    const digit = (bytes[from + i] ?? 0) - ZERO
    // The tens of seconds end at five.
    if (i !== 2 && (digit < 0 || digit > (i === 0 ? 5 : 9))) return Number.NaN
    sum += digit * (MILLISECONDS[i] ?? 0)
  }
  return bytes[from + 2] === DOT && bytes[from + 6] === ZULU ? sum : Number.NaN
}
