import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  decryptPayload,
  encryptPayload,
  keyEncryptionKey,
  newPayloadKey,
  openPayloadKey,
} from '../../../src/store/payload-cipher.ts'

const kek = keyEncryptionKey(randomBytes(32))
const scope = { consumer: 'troyan', exchangeId: '0190c0de-0000-7000-8000-000000000001' }
const plain = Buffer.from('лични данни')
const refused = { code: 'broker.internal' }

describe('the payload cipher', () => {
  const key = newPayloadKey(kek, scope)
  const sealed = encryptPayload(key, 'plan', plain)

  it('gives back what it encrypted, also an empty payload', () => {
    assert.deepEqual(decryptPayload(key, 'plan', sealed), plain)
    assert.deepEqual(decryptPayload(key, 'plan', encryptPayload(key, 'plan', Buffer.alloc(0))), Buffer.alloc(0))
  })

  it('gives back the data key from its wrapped form', () => {
    const opened = openPayloadKey(kek, scope, { keyId: key.keyId, wrapped: key.wrapped })
    assert.deepEqual(opened.dataKey, key.dataKey)
    assert.ok(!key.wrapped.includes(key.dataKey))
  })

  it('never encrypts the same way twice', () => {
    const again = encryptPayload(key, 'plan', plain)
    assert.notDeepEqual(again.iv, sealed.iv)
    assert.notDeepEqual(again.ciphertext, sealed.ciphertext)
    assert.notDeepEqual(newPayloadKey(kek, scope).dataKey, key.dataKey)
  })

  it('takes other random bytes for each of very many payloads', () => {
    const ivs = Array.from({ length: 1000 }, () => encryptPayload(key, 'plan', plain).iv.toString('hex'))
    assert.equal(new Set(ivs).size, 1000)
    assert.ok(ivs.every((iv) => iv.length === 24))
  })

  it('refuses a payload with any bit changed, and a truncated one', () => {
    for (let index = 0; index < sealed.ciphertext.length; index++) {
      const ciphertext = Buffer.from(sealed.ciphertext)
      ciphertext[index]! ^= 1
      assert.throws(() => decryptPayload(key, 'plan', { ...sealed, ciphertext }), refused)
    }
    const iv = Buffer.from(sealed.iv)
    iv[0]! ^= 1
    assert.throws(() => decryptPayload(key, 'plan', { ...sealed, iv }), refused)
    for (const length of [0, 8, 16, sealed.ciphertext.length - 1]) {
      assert.throws(
        () => decryptPayload(key, 'plan', { ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) }),
        refused,
      )
    }
  })

  it('refuses a payload that was moved to another kind, exchange or consumer', () => {
    assert.throws(() => decryptPayload(key, 'answer', sealed), refused)
    const elsewhere = { ...key, exchangeId: '0190c0de-0000-7000-8000-000000000002' }
    assert.throws(() => decryptPayload(elsewhere, 'plan', sealed), refused)
    assert.throws(() => decryptPayload({ ...key, consumer: 'lovech' }, 'plan', sealed), refused)
  })

  it('refuses a wrapped key that was moved or changed', () => {
    const stored = { keyId: key.keyId, wrapped: key.wrapped }
    assert.throws(() => openPayloadKey(kek, { ...scope, consumer: 'lovech' }, stored), refused)
    const wrapped = Buffer.from(key.wrapped)
    wrapped[20]! ^= 1
    assert.throws(() => openPayloadKey(kek, scope, { ...stored, wrapped }), refused)
  })

  it('names both key ids, and no key, where another key wrapped it', () => {
    const other = keyEncryptionKey(randomBytes(32))
    assert.throws(() => openPayloadKey(other, scope, { keyId: key.keyId, wrapped: key.wrapped }), {
      code: 'broker.internal',
      detail: `payloads are encrypted with key ${kek.id}, this one is ${other.id}`,
    })
    assert.match(kek.id, /^[0-9a-f]{16}$/)
    assert.ok(!kek.key.toString('hex').includes(kek.id))
  })
})
