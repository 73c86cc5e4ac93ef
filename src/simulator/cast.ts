import { BrokenCast } from './broken-cast.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { locateMistakes, readYaml } from '../schema/read-yaml.ts'
import type { Cast } from '../adapter-kit/simulator.ts'
import { CAST_SCHEMA } from './cast-schema.ts'

/** The cast as of one day: `+200d`, `-30d` in the file become dates, so that nothing in it rots. */
export type CastOn = (now: Date) => Cast

/** Reads and judges `cast.yaml`. Throws `BrokenCast` naming every mistake with its line. */
export function readCast(file: string): CastOn {
  const yaml = readYaml(file)
  const mistakes = locateMistakes(yaml, compileSchema(CAST_SCHEMA)(yaml.value))
  if (mistakes.length > 0) {
    throw new BrokenCast(mistakes.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'))
  }
  let day = ''
  let cast = yaml.value as Cast
  return (now) => {
    const today = dateInSofia(now)
    if (today !== day) {
      cast = datesResolved(yaml.value, today) as Cast
      day = today
    }
    return cast
  }
}

/** Registries count days in Bulgarian time. */
const SOFIA = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Sofia', dateStyle: 'short' })
const dateInSofia = (now: Date): string => SOFIA.format(now)

function datesResolved(value: unknown, today: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => datesResolved(item, today))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, datesResolved(inner, today)]))
  }
  const days = typeof value === 'string' ? /^([+-]\d+)d$/.exec(value)?.[1] : undefined
  return days === undefined ? value : plusDays(today, Number(days))
}

function plusDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}
