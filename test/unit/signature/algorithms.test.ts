import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import {
  algorithmOf,
  ECDSA_SHA256,
  ECDSA_SHA512,
  makeSignature,
  requireValueForm,
  RSA_SHA256,
  RSA_SHA512,
  type SignatureAlgorithm,
  signatureHolds,
} from '../../../src/signature/algorithms.ts'

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const OCTETS = Buffer.from('заявление')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

describe('the algorithms of signatures', () => {
  it('follow from the key', () => {
    assert.equal(algorithmOf(rsa.publicKey), RSA_SHA256)
    assert.equal(algorithmOf(ec.privateKey), ECDSA_SHA256)
  })

  const others: readonly (readonly [string, () => KeyPair])[] = [
    ['RSA of 2047 bits', () => generateKeyPairSync('rsa', { modulusLength: 2047 })],
    ['RSA for PSS alone', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 })],
    ['DSA', () => generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })],
    ['P-384', () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' })],
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['Ed25519', () => generateKeyPairSync('ed25519')],
    ['X25519', () => generateKeyPairSync('x25519')],
  ]
  for (const [what, make] of others)
    it(`are not there for ${what}, whatever the algorithm that is claimed`, () => {
      const { publicKey } = make()
      assert.equal(algorithmOf(publicKey), undefined)
      for (const algorithm of [RSA_SHA256, RSA_SHA512, ECDSA_SHA256, ECDSA_SHA512])
        assert.throws(() => signatureHolds(algorithm, publicKey, OCTETS, Buffer.alloc(64)), {
          code: 'signature.algorithm',
          detail: 'the key of the certificate does not fit the algorithm',
        })
    })

  it('are none for a symmetric key', () => {
    assert.equal(algorithmOf(createSecretKey(Buffer.alloc(32))), undefined)
  })

  const pairs: readonly (readonly [SignatureAlgorithm, KeyPair, string])[] = [
    [RSA_SHA256, rsa, 'sha256'],
    [RSA_SHA512, rsa, 'sha512'],
    [ECDSA_SHA256, ec, 'sha256'],
    [ECDSA_SHA512, ec, 'sha512'],
  ]
  for (const [algorithm, { publicKey, privateKey }, hash] of pairs)
    it(`sign and verify by ${algorithm}, with its own hash, and nothing else`, () => {
      const value = makeSignature(algorithm, privateKey, OCTETS)
      assert.ok(verify(hash, OCTETS, { key: publicKey, dsaEncoding: 'ieee-p1363' }, value))
      assert.ok(signatureHolds(algorithm, publicKey, OCTETS, value))
      assert.equal(signatureHolds(algorithm, publicKey, Buffer.from('друго'), value), false)
      const sibling = pairs.find(([other, pair]) => other !== algorithm && pair.publicKey === publicKey)
      assert.ok(sibling)
      assert.equal(signatureHolds(sibling[0], publicKey, OCTETS, value), false)
    })

  it('are held to the form of their values where they have one', () => {
    for (const algorithm of [ECDSA_SHA256, ECDSA_SHA512]) {
      assert.doesNotThrow(() => requireValueForm(algorithm, Buffer.alloc(64)))
      for (const length of [63, 65, 70])
        assert.throws(() => requireValueForm(algorithm, Buffer.alloc(length)), {
          code: 'signature.algorithm',
          detail: 'an ECDSA value has 64 octets (IEEE P1363)',
        })
    }
    assert.doesNotThrow(() => requireValueForm(RSA_SHA256, Buffer.alloc(256)))
  })
})
