import assert from 'node:assert/strict'
import pg from 'pg'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { asUnavailable, diskFaultOf } from '../../../src/store/unavailable.ts'

const told = (code: string): pg.DatabaseError => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code })

describe('an error of the database', () => {
  it('says what is the matter with the disk, and only that', () => {
    assert.equal(diskFaultOf(told('53100')), 'disk-full')
    assert.equal(diskFaultOf(told('58030')), 'io-error')
    for (const other of [told('53300'), told('57P01'), new Error('53100'), undefined])
      assert.equal(diskFaultOf(other), undefined)
  })

  it('is broker.log-unavailable with the reason in words that name no place', () => {
    const details = ['53100', '58030', '57P01'].map((code) => {
      const error = asUnavailable(told(code))
      assert.ok(error instanceof BrokerError && error.code === 'broker.log-unavailable')
      return error.detail
    })
    assert.deepEqual(details, [
      'the disk of the database is full',
      'the disk of the database cannot be written or read',
      'the database does not answer',
    ])
  })
})
