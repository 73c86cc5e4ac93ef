import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { claimOf, leftOutOf } from '../../../src/catalogue/left-out.ts'
import { isLeftOut } from '../../../src/model/left-out.ts'

const CAME_IN = new Set(['cars', 'people'])

describe('what an adapter that is refused says of itself', () => {
  const claimed = (manifest: string | undefined) => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-left-out-'))
    try {
      if (manifest !== undefined) writeFileSync(join(folder, 'adapter.json'), manifest)
      return claimOf({ folder, name: '@owner/boats', plugged: true })
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  it('is its registry and whose that is, whatever else is wrong', () => {
    const whole = { registry: 'boats', provider: 'harbour' }
    assert.deepEqual(claimed('{ "id": "boats", "provider": { "id": "harbour" }, "adapterApi": 9 }'), whole)
    assert.deepEqual(claimed('{ "id": "boats", "provider": ["harbour"] }'), { registry: 'boats' })
    assert.deepEqual(claimed('{ "id": 7, "provider": { "id": "harbour" } }'), { provider: 'harbour' })
  })

  it('is nothing where its manifest is no object, no JSON, or not there', () => {
    for (const manifest of ['[]', 'null', '{', undefined]) assert.deepEqual(claimed(manifest), {}, manifest)
    assert.deepEqual(claimOf({ folder: undefined, name: '@owner/boats', plugged: true }), {})
  })

  it('is what it answers of RegiX, where its maps can be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-left-out-'))
    try {
      for (const [name, map] of Object.entries({ a: '{ "operation": "R.A" }', b: '{', c: '{ "operation": 7 }' })) {
        mkdirSync(join(folder, name))
        writeFileSync(join(folder, name, 'regix.json'), map)
      }
      writeFileSync(join(folder, 'README.md'), '')
      assert.deepEqual(claimOf({ folder, name: '@owner/boats', plugged: true }), { regix: ['R.A'] })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is the name of its folder where it is one of edno’s own', () => {
    assert.deepEqual(claimOf({ folder: '/nowhere/boats', name: 'boats', plugged: false }), { registry: 'boats' })
  })
})

describe('a registry that is left out', () => {
  it('is one that a refused adapter names, and no other', () => {
    const leftOut = leftOutOf([{ registry: 'boats', provider: 'harbour' }], CAME_IN)
    assert.deepEqual([...leftOut.owners], [['boats', 'harbour']])
    assert.deepEqual(
      ['boats', 'cars', 'planes'].map((registry) => isLeftOut(leftOut, registry)),
      [true, false, false],
    )
  })

  it('may be any that has no adapter where a refused one does not say for which it is', () => {
    const leftOut = leftOutOf([{ registry: 'boats' }, {}], CAME_IN)
    assert.deepEqual(
      ['boats', 'cars', 'planes'].map((registry) => isLeftOut(leftOut, registry)),
      [true, false, true],
    )
  })

  it('takes with it what would be asked there by its name in RegiX', () => {
    const claims = [{ registry: 'boats', regix: ['R.A'] }, { regix: ['R.B'] }, { registry: 'cars', regix: ['R.C'] }]
    assert.deepEqual([...(leftOutOf(claims, CAME_IN).regix ?? [])], ['R.A', 'R.B'])
    assert.equal(leftOutOf([{ registry: 'boats' }], CAME_IN).regix, undefined)
  })

  it('is none whose adapter came in, also where another claims to be for it', () => {
    const leftOut = leftOutOf([{ registry: 'cars', provider: 'thief' }, {}], CAME_IN)
    assert.deepEqual([...leftOut.owners], [])
    assert.equal(isLeftOut(leftOut, 'cars'), false)
  })
})
