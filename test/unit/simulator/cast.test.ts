import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BrokenCast } from '../../../src/simulator/broken-cast.ts'
import { readCast } from '../../../src/simulator/cast.ts'
import { CAST } from '../../support/simulator.ts'

const at = (instant: string): ReturnType<ReturnType<typeof readCast>> => readCast(CAST)(new Date(instant))
const inspection = (instant: string): string | undefined => at(instant).vehicles[0]?.inspection?.nextInspection

describe('the cast', () => {
  it('counts relative dates from today, so that nothing rots', () => {
    assert.equal(inspection('2026-01-15T12:00:00Z'), '2026-08-03')
    assert.equal(inspection('2031-07-01T12:00:00Z'), '2032-01-17')
  })

  it('counts days as Bulgaria does, also on the days when the clocks change', () => {
    assert.equal(inspection('2026-01-14T22:30:00Z'), '2026-08-03')
    assert.equal(inspection('2026-03-28T22:00:00Z'), '2026-10-15')
    assert.equal(inspection('2026-03-29T20:59:59Z'), '2026-10-15')
  })

  it('follows the day while it is kept open', () => {
    const castOn = readCast(CAST)
    const next = (instant: string): string | undefined =>
      castOn(new Date(instant)).vehicles[0]?.inspection?.nextInspection
    assert.notEqual(next('2026-01-15T12:00:00Z'), next('2026-01-16T12:00:00Z'))
  })

  it('names owners and representatives that it has, and nobody twice', () => {
    const { persons, firms, vehicles, vessels } = at('2026-01-15T12:00:00Z')
    const known = [...persons.map(({ egn }) => egn), ...firms.map(({ uic }) => uic)]
    const named = [
      ...firms.flatMap(({ representatives }) => representatives),
      ...[...vehicles.map(({ owner }) => owner), ...vessels.flatMap(({ owners }) => owners)].map(
        ({ egn, uic }) => egn ?? uic ?? '',
      ),
    ]
    assert.deepEqual(
      named.filter((identifier) => !known.includes(identifier)),
      [],
    )
    const ids = [...known, ...vehicles.flatMap(({ plate, vin }) => [plate, vin])]
    assert.equal(new Set(ids).size, ids.length)
  })

  it('has nobody who could exist: all were born before 1900, no plate was ever issued', () => {
    const { persons, vehicles } = at('2026-01-15T12:00:00Z')
    for (const { birthDate } of persons) assert.ok(birthDate < '1900')
    for (const { plate } of vehicles) assert.match(plate, /0000/)
  })

  it('knows nobody whom the scenarios want unknown', () => {
    const text = JSON.stringify({ ...at('2026-01-15T12:00:00Z'), faults: [] })
    for (const unknown of ['9932319960', '100000550', 'ОВ0000АХ']) assert.equal(text.includes(unknown), false, unknown)
  })

  it('is refused with the line of every mistake', () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-cast-'))
    const file = join(folder, 'cast.yaml')
    writeFileSync(
      file,
      'persons:\n  - egn: "8427029968"\n    names: { first: А, surname: Б, family: В }\n    birthDate: вчера\n' +
        'firms: []\nvehicles: []\nvessels: []\nfaults:\n  - { registry: x, identifier: y, kind: sulks }\n',
    )
    try {
      assert.throws(
        () => readCast(file),
        (error) =>
          error instanceof BrokenCast &&
          [':2: /persons/0/egn', ':4: /persons/0/birthDate', ':9: /faults/0/kind'].every((text) =>
            error.message.includes(text),
          ),
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
