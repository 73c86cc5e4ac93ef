import { join } from 'node:path'
import type { Cast } from '../../src/adapter-kit/simulator.ts'
import { readYaml } from '../../src/schema/read-yaml.ts'
import { ROOT } from './processes.ts'

const textsOfCast = (): string[] => {
  const cast = readYaml(join(ROOT, 'config', 'demo', 'cast.yaml')).value as Cast
  const persons = cast.persons.flatMap(({ egn, names }) => [egn, `${names.first} ${names.surname}`, names.family])
  const firms = cast.firms.flatMap(({ uic, name }) => [uic, name])
  const vehicles = cast.vehicles.flatMap(({ plate, vin }) => [plate, vin])
  const vessels = cast.vessels.flatMap(({ name, registrationNumber }) => [name, registrationNumber])
  const typed = ['9932319960', '8427029968', 'ОВ 0000 АА', 'OB0000AA', 'Служител Примеров', 'Собственик Измислен']
  const all = new Set([...persons, ...firms, ...vehicles, ...vessels, ...typed])
  // The number of the municipality's file, which is not about a person, begins like this vessel's.
  all.delete('ДЕМО-2')
  return [...all].filter((marker) => marker.length > 5)
}

const MARKERS = textsOfCast().map((text) => Buffer.from(text))
// One pass over many megabytes: a byte is a character of latin1.
const ANY = new RegExp(MARKERS.map((marker) => marker.toString('latin1').replace(/\W/g, '\\$&')).join('|'), 'g')

/** What is about a person of the cast, in the forms in which it could be written down. */
export const markersOfCast = (): readonly Buffer[] => MARKERS

/** Those that stand in the content; decimals of a measurement, such as 0.0029999999995, are about nobody. */
export function markersIn(content: Buffer): string[] {
  const text = content.toString('latin1')
  const found = [...text.matchAll(ANY)].filter(
    ({ index }) => !/\d\.\d*$/.test(text.slice(Math.max(0, index - 20), index)),
  )
  return [...new Set(found.map(([marker]) => Buffer.from(marker, 'latin1').toString()))]
}
