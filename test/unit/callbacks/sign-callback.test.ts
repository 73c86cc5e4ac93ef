import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { callbackSigner, signedText } from '../../../src/callbacks/sign-callback.ts'
import { verifyCallback } from '../../../src/client/verify-callback.ts'

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const ID = 'msg_0195f2c0000070008000000000000001'
const BODY = '{"type":"exchange.answered","timestamp":"2026-11-22T10:00:00.000Z","data":{"exchangeId":"x"}}'
const AT = new Date('2026-11-22T10:00:00.900Z')
const headersOf = (signature: string) => ({
  'webhook-id': ID,
  'webhook-timestamp': String(Math.floor(AT.getTime() / 1000)),
  'webhook-signature': signature,
})

describe('a signed callback', () => {
  it('holds for who has the public key, and says what happened', () => {
    const signer = callbackSigner([newKey()])
    const signature = signer.sign(ID, AT, BODY)
    assert.match(signature, /^v1a,[A-Za-z0-9+/]{86}==$/)
    assert.match(signer.publicKeys[0]!, /^whpk_[A-Za-z0-9+/]{43}=$/)
    const read = verifyCallback({ headers: headersOf(signature), body: BODY, keys: signer.publicKeys, now: AT })
    assert.deepEqual(read, { type: 'exchange.answered', exchangeId: 'x', timestamp: '2026-11-22T10:00:00.000Z' })
  })

  it('bears the signatures of both keys while one follows the other: who knows either can tell', () => {
    const [old, next] = [newKey(), newKey()]
    const signature = callbackSigner([old, next]).sign(ID, AT, BODY)
    assert.equal(signature.split(' ').length, 2)
    for (const key of [old, next]) {
      const { publicKeys } = callbackSigner([key])
      assert.ok(verifyCallback({ headers: headersOf(signature), body: BODY, keys: publicKeys, now: AT }))
    }
  })

  it('does not hold with another body, id, time, key, or too late', () => {
    const signer = callbackSigner([newKey()])
    const headers = headersOf(signer.sign(ID, AT, BODY))
    const base = { headers, body: BODY, keys: signer.publicKeys, now: AT }
    const wrong = [
      { ...base, body: BODY.replace('answered', 'cancelled') },
      { ...base, headers: { ...headers, 'webhook-id': 'msg_2' } },
      { ...base, headers: { ...headers, 'webhook-timestamp': '1' } },
      { ...base, headers: { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1a', 'v1') } },
      { ...base, headers: { 'webhook-id': ID } },
      { ...base, keys: callbackSigner([newKey()]).publicKeys },
      { ...base, keys: ['whpk_AAAA', 'whsec_x'] },
      { ...base, now: new Date(AT.getTime() + 301_000) },
      { ...base, now: new Date(AT.getTime() - 301_000) },
    ]
    assert.ok(verifyCallback(base))
    for (const each of wrong) assert.equal(verifyCallback(each), undefined, JSON.stringify(each))
  })

  it('is over the text that the library of the specification signs', () => {
    const secret = Buffer.alloc(32, 7)
    const theirs = new Webhook(secret, { format: 'raw' }).sign(ID, AT, BODY)
    assert.equal(
      theirs,
      `v1,${createHmac('sha256', secret)
        .update(signedText(ID, AT, BODY))
        .digest('base64')}`,
    )
  })
})
