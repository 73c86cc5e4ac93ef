import assert from 'node:assert/strict'
import { commit, freshSalt, opens, SALT_BYTES } from '../../../src/exchange-log/commitment.ts'

const payload = Buffer.from('<Application/>')

describe('a commitment', () => {
  it('opens with its salt and payload only', () => {
    const salt = freshSalt()
    const commitment = commit(salt, payload)
    assert.ok(opens(commitment, salt, payload))
    assert.ok(!opens(commitment, freshSalt(), payload))
    assert.ok(!opens(commitment, salt, Buffer.from('<Application />')))
    assert.ok(!opens(commitment.subarray(1), salt, payload))
  })

  it('tells equal payloads apart, because every salt is new and of full length', () => {
    assert.equal(freshSalt().length, SALT_BYTES)
    assert.notDeepEqual(commit(freshSalt(), payload), commit(freshSalt(), payload))
  })

  it('does not open with a shorter salt that pads to the same key', () => {
    const salt = Buffer.concat([Buffer.alloc(31, 7), Buffer.alloc(1)])
    assert.deepEqual(commit(salt, payload), commit(salt.subarray(0, 31), payload))
    assert.ok(!opens(commit(salt, payload), salt.subarray(0, 31), payload))
  })

  it('is HMAC-SHA256 (RFC 4231, case 2)', () => {
    const hex = commit(Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?')).toString('hex')
    assert.equal(hex, '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })
})
