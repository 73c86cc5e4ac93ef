import assert from 'node:assert/strict'
import { uuidV7 } from '../../../src/client/uuid-v7.ts'
import { isExchangeId } from '../../../src/model/ids.ts'

describe('uuidV7', () => {
  it('is an exchange id of version 7 that carries its time', () => {
    const id = uuidV7(Date.parse('2026-03-01T10:00:00Z'))
    assert.ok(isExchangeId(id))
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/)
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), Date.parse('2026-03-01T10:00:00Z'))
  })

  it('sorts by time and does not repeat', () => {
    const earlier = uuidV7(1_700_000_000_000)
    const later = uuidV7(1_700_000_000_001)
    assert.ok(earlier < later)
    assert.notEqual(uuidV7(1_700_000_000_000), earlier)
  })
})
