import assert from 'node:assert/strict'
import { describeFields } from '../../../src/catalogue/describe-fields.ts'

describe('the fields of a schema for people', () => {
  it('are its values in their order, with what they mean, lists and words told, objects as parts of paths', () => {
    const fields = describeFields({
      $defs: {
        permit: {
          type: 'object',
          properties: { until: { type: 'string', format: 'date', title: 'До', 'x-title-en': 'Until' } },
        },
      },
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string', format: 'egn', title: 'ЕГН' },
        permits: { type: 'array', title: 'Разрешителни', items: { $ref: '#/$defs/permit' } },
        kinds: { type: 'array', title: 'Видове', 'x-title-en': 'Kinds', items: { enum: ['a', 'b'] } },
        owner: { type: 'object', title: 'Собственик', properties: { name: { type: 'string', description: 'Име' } } },
      },
    })
    assert.deepEqual(fields, [
      { path: 'id', title: 'ЕГН', type: 'egn', list: false, required: true },
      { path: 'permits.until', title: 'До', titleEn: 'Until', type: 'date', list: true, required: false },
      {
        path: 'kinds',
        title: 'Видове',
        titleEn: 'Kinds',
        type: 'string',
        list: true,
        required: false,
        values: ['a', 'b'],
      },
      { path: 'owner.name', title: 'Име', type: 'string', list: false, required: false },
    ])
  })

  it('are each told once, whatever cases a schema has, and end where it refers to itself', () => {
    const fields = describeFields({
      type: 'object',
      properties: {
        number: {
          anyOf: [
            { type: 'string', format: 'egn', title: 'ЕГН' },
            { type: 'string', format: 'eik' },
          ],
        },
        above: { $ref: '#' },
      },
    })
    assert.deepEqual(fields[0], { path: 'number', title: 'ЕГН', type: 'egn', list: false, required: false })
    assert.ok(fields.length < 20)
  })
})
