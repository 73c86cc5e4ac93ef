const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const SECONDS = /^[0-5]\d\.\d{3}Z$/
const MINUTE = 'yyyy-mm-ddThh:mm:'.length

let minute = ''
let start = Number.NaN

/** RFC 3339 in the one form that edno writes; NaN for any other. Neighbours often have the same minute. */
export function instantOf(text: string): number {
  const seconds = text.slice(MINUTE)
  if (!text.startsWith(minute) || minute === '') {
    const instant = INSTANT.test(text) ? Date.parse(text) : Number.NaN
    if (Number.isNaN(instant)) return Number.NaN
    minute = text.slice(0, MINUTE)
    start = Date.parse(`${minute}00.000Z`)
  }
  return SECONDS.test(seconds) ? start + Math.round(Number(seconds.slice(0, -1)) * 1000) : Number.NaN
}
