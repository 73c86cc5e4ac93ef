import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, it } from 'mocha'
import { compileCoercing, compileSchema, SchemaDefect } from '../../../src/schema/compile-schema.ts'

const person = {
  $id: 'urn:test:person',
  type: 'object',
  properties: { egn: { type: 'string', format: 'egn' }, kind: { enum: ['person', 'company'] } },
  required: ['egn', 'kind'],
  additionalProperties: false,
}

describe('compileSchema', () => {
  it('finds nothing wrong with a value that matches', () => {
    assert.deepEqual(compileSchema(person)({ egn: '8427029967', kind: 'person' }), [])
  })

  it('reports all mistakes at once, each with its place', () => {
    const mistakes = compileSchema(person)({ egn: '8427029968', extra: 1 })
    assert.deepEqual(mistakes.map(({ pointer }) => pointer).sort(), ['', '/egn', '/extra'])
  })

  it('repeats no value, and no member name that could be an identifier', () => {
    const mistakes = compileSchema(person)({ egn: '8427029968', kind: 'Иван', x8427029967: true })
    assert.equal(mistakes.length, 3)
    assert.doesNotMatch(JSON.stringify(mistakes), /842702|Иван/)
  })

  it('says what a condition asks for, and not that there is a condition', () => {
    const schema = {
      type: 'object',
      properties: { url: { type: 'string' }, caFile: { type: 'string' } },
      if: { required: ['url'] },
      then: { required: ['caFile'] },
      else: { maxProperties: 0 },
    }
    const mistakes = compileSchema(schema)
    assert.deepEqual(mistakes({ url: 'https://registry.test' }), [
      { pointer: '', message: "must have required property 'caFile'" },
    ])
    assert.equal(mistakes({ caFile: 'ca.pem' }).length, 1)
  })

  it('does not coerce', () => {
    assert.equal(compileSchema({ type: 'object', properties: { n: { type: 'integer' } } })({ n: '1' }).length, 1)
  })

  it('knows the formats of the administration and calendar dates', () => {
    const cases: [string, string, string][] = [
      ['egn', '8427029967', '8427029968'],
      ['lnch', '1001234562', '1001234563'],
      ['eik', '999999995', '999999996'],
      ['plate', 'ОВ0000АА', 'OB0000AA'],
      ['vin', 'EDNTESTVEHCLE0001', 'EDNTESTVEHICLE001'],
      ['ekatte', '73198', '73199'],
      ['date', '2024-02-29', '2023-02-29'],
    ]
    for (const [format, right, wrong] of cases) {
      const judge = compileSchema({ type: 'string', format })
      assert.deepEqual(judge(right), [], format)
      assert.equal(judge(wrong).length, 1, format)
    }
  })

  it('reads a schema from a file, and the same schema twice', () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-schema-'))
    try {
      const file = pathToFileURL(join(folder, 'person.schema.json'))
      writeFileSync(file, JSON.stringify(person))
      assert.deepEqual(compileSchema(file)({ egn: '8427029967', kind: 'person' }), [])
      assert.equal(compileSchema(file)({}).length, 2)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses a schema with an unknown keyword, an unknown format or no file', () => {
    assert.throws(() => compileSchema({ type: 'string', patern: 'x' }), SchemaDefect)
    assert.throws(() => compileSchema({ type: 'string', format: 'eggn' }), SchemaDefect)
    assert.throws(() => compileSchema(new URL('file:///nowhere/at-all.json')), SchemaDefect)
  })
})

describe('compileCoercing', () => {
  const fleet = compileCoercing({
    type: 'object',
    properties: {
      count: { type: 'integer' },
      active: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
      boats: { type: 'array', items: { $ref: '#/$defs/boat' } },
    },
    additionalProperties: false,
    $defs: {
      boat: {
        type: 'object',
        properties: { length: { type: 'number' }, owners: { type: 'array', items: { type: 'object' } } },
        required: ['length'],
      },
    },
  })

  it('turns texts into the types the schema names', () => {
    assert.deepEqual(fleet({ count: '3', active: 'true' }), { value: { count: 3, active: true }, mistakes: [] })
  })

  it('puts a single text and a single object into the list the schema wants, at every depth', () => {
    const { value, mistakes } = fleet({ tags: 'one', boats: { length: '4.2', owners: { name: 'x' } } })
    assert.deepEqual(mistakes, [])
    assert.deepEqual(value, { tags: ['one'], boats: [{ length: 4.2, owners: [{ name: 'x' }] }] })
  })

  it('leaves lists and the argument as they are', () => {
    const given = { boats: [{ length: '4' }, { length: '5' }] }
    assert.deepEqual(fleet(given).value, { boats: [{ length: 4 }, { length: 5 }] })
    assert.deepEqual(given, { boats: [{ length: '4' }, { length: '5' }] })
  })

  it('reports what no coercion can mend', () => {
    const { mistakes } = fleet({ count: 'three', boats: { owners: [] } })
    assert.deepEqual(mistakes.map(({ pointer }) => pointer).sort(), ['/boats/0', '/count'])
  })
})
