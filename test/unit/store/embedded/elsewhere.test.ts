import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { elsewhereFor, keepElsewhere } from '../../../../src/store/embedded/elsewhere.ts'
import { placesBelow } from '../../../../src/store/embedded/places.ts'

describe('the folder of a database that does not lie in its data folder', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-elsewhere-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const data = (name = 'data'): string => join(folder, name)
  const chosen = (name?: string): Promise<string> => elsewhereFor(data(name), join(folder, 'elsewhere'))
  const kept = async (name?: string): Promise<string> => keepElsewhere(data(name), await chosen(name))

  it('is the same for one data folder at each start, and another for each data folder', async () => {
    const first = await kept()
    assert.equal(await chosen(), first)
    assert.equal(await kept(), first)
    assert.notEqual(await kept('other'), first)
    assert.deepEqual(readdirSync(data()), ['database-elsewhere'])
  })

  it('is another for a data folder that stands where another stood before', async () => {
    const first = await kept()
    rmSync(data(), { recursive: true })
    assert.notEqual(await kept(), first)
  })

  it('is another for a copy of a data folder', async () => {
    const first = await kept()
    cpSync(data(), data('copy'), { recursive: true })
    const ofCopy = await kept('copy')
    assert.notEqual(ofCopy, first)
    assert.deepEqual([await chosen('copy'), await chosen()], [ofCopy, first])
  })

  it('is for two starters the one that the first chose', async () => {
    const both = await Promise.all([chosen(), chosen()])
    assert.notEqual(both[0], both[1])
    const [one, other] = await Promise.all(both.map((each) => keepElsewhere(data(), each)))
    assert.equal(one, other)
    assert.ok(both.includes(one!))
  })

  it('is the one from before there were marks, for the data folder that it was made for alone', async () => {
    const place = basename(await chosen()).slice(0, 16)
    const old = join(folder, 'elsewhere', place)
    mkdirSync(data())
    await pause(20)
    mkdirSync(placesBelow(old).cluster, { recursive: true })
    assert.equal(await chosen(), old)
    assert.equal(await kept(), old)
    rmSync(data(), { recursive: true })
    await pause(20)
    mkdirSync(data())
    assert.notEqual(await chosen(), old)
    assert.ok(existsSync(old))
  })
})
