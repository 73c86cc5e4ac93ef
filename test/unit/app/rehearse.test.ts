import assert from 'node:assert/strict'
import { rehearse } from '../../../src/app/rehearse.ts'
import type { Logger } from '../../../src/ops/logger.ts'
import { type DatedSealer, datedSealer } from '../../../src/signature/dated-sealer.ts'
import type { Store } from '../../../src/store/store.ts'
import { makeIdentity } from '../../support/certificates.ts'
import { testStore } from '../../support/database.ts'

describe('the rehearsal before the first caller', function () {
  this.timeout(60_000)
  let store: Store
  let sealer: DatedSealer
  const now = new Date()
  const told: string[] = []
  const error = (message: string): void => void told.push(message)
  const logger = { error } as unknown as Logger
  before(async () => {
    store = await testStore()
    const { certificatePem, privateKeyPem } = await makeIdentity('edno', 'p-256')
    sealer = datedSealer(certificatePem, privateKeyPem)
  })
  beforeEach(() => void told.splice(0))

  /** How often it signs where the time stands, or as `clock` says. */
  const rehearsed = async (own: DatedSealer, clock = () => now): Promise<number> => {
    let signed = 0
    const counted: DatedSealer = {
      ...own,
      sign: (octets) => {
        signed += 1
        return own.sign(octets)
      },
    }
    await rehearse({ sealers: [counted], store, clock, logger })
    return signed
  }

  it('signs, verifies and reads an application of nobody again and again', async () => {
    assert.equal(await rehearsed(sealer), 30)
    assert.deepEqual(told, [])
  })

  it('holds nobody up for long on a slow machine', async () => {
    let at = now.getTime()
    const signed = await rehearsed(sealer, () => new Date((at += 40)))
    assert.ok(signed > 1 && signed < 8, `${signed} times`)
    assert.deepEqual(told, [])
  })

  it('leaves no exchange behind', async () => {
    await rehearsed(sealer)
    assert.deepEqual(await store.db.selectFrom('exchange').select('id').execute(), [])
  })

  it('tells of a seal whose signatures do not verify, and lets edno start', async () => {
    const signed = await rehearsed({
      ...sealer,
      sign: (octets) => new Uint8Array(octets.length).fill(1).subarray(0, 64),
    })
    assert.equal(signed, 1)
    assert.deepEqual(told, ['edno does not verify what it signs itself'])
  })

  it('tells of it where no seal is in its dates', async () => {
    assert.equal(await rehearsed({ ...sealer, notAfter: new Date(0) }), 0)
    assert.equal(told.length, 1)
  })
})
