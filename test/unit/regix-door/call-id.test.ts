import assert from 'node:assert/strict'
import { isExchangeId, partyId } from '../../../src/model/ids.ts'
import { exchangeOfCall, isCallId, newCallId } from '../../../src/regix-door/call-id.ts'

describe('a ServiceCallID', () => {
  it('is a whole number that every client holds exactly, and not the last one and one', () => {
    const made = Array.from({ length: 200 }, newCallId)
    assert.equal(new Set(made).size, made.length)
    for (const text of made) {
      assert.ok(isCallId(text), text)
      assert.ok(Number.isSafeInteger(Number(text)))
      assert.equal(String(Number(text)), text)
    }
  })

  it('leads to one exchange of one consumer, and to none of another', () => {
    const id = exchangeOfCall(partyId('troyan'), '12')
    assert.ok(isExchangeId(id))
    assert.equal(id, exchangeOfCall(partyId('troyan'), '12'))
    assert.notEqual(id, exchangeOfCall(partyId('lovech'), '12'))
    assert.notEqual(id, exchangeOfCall(partyId('troyan'), '13'))
  })

  it('is nothing but digits', () => {
    for (const text of ['', '0', '-1', '1.0', '01', '1e3', ' 1', "1'", '12345678901234567'])
      assert.ok(!isCallId(text), text)
  })
})
