import assert from 'node:assert/strict'
import { CompactSign, compactVerify, decodeProtectedHeader, importPKCS8, importX509 } from 'jose'
import { before, describe, it } from 'mocha'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { currentSealer, type DatedSealer, datedSealer } from '../../../src/signature/dated-sealer.ts'
import { readTrustDocument, writeTrustDocument } from '../../../src/signature/trust-document.ts'
import { type TestLeaf, testPki } from '../../support/pki.ts'

const DAY_MS = 86_400_000
const NOW = new Date()
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS)

describe('two overlapping seals', () => {
  let first: TestLeaf
  let next: TestLeaf
  let sealers: readonly DatedSealer[]
  before(async () => {
    const pki = await testPki()
    first = await pki.leaf('broker', { keyType: 'rsa-2048', notBefore: inDays(-300), notAfter: inDays(10) })
    next = await pki.leaf('broker', { notBefore: inDays(-1), notAfter: inDays(300) })
    sealers = [datedSealer(first.certificate, first.key), datedSealer(next.certificate, next.key)]
  })

  it('the first signs until its last hour, then the next', () => {
    assert.equal(currentSealer(sealers, NOW), sealers[0])
    assert.equal(currentSealer(sealers, inDays(9.9)), sealers[0])
    assert.equal(currentSealer(sealers, inDays(9.99)), sealers[1])
    assert.equal(currentSealer(sealers, inDays(200)), sealers[1])
  })

  it('change hands at the last hour, to the millisecond, and hold to their first and last instant', () => {
    const [one, other] = sealers as readonly [DatedSealer, DatedSealer]
    const lastHour = one.notAfter.getTime() - 3_600_000
    assert.equal(currentSealer(sealers, new Date(lastHour - 1)), one)
    assert.equal(currentSealer(sealers, new Date(lastHour)), other)
    for (const at of [one.notBefore, one.notAfter]) assert.equal(currentSealer([one], at), one)
    for (const at of [one.notBefore.getTime() - 1, one.notAfter.getTime() + 1])
      assert.throws(() => currentSealer([one], new Date(at)), {
        code: 'broker.signing',
        detail: 'no seal of edno is in its dates',
      })
  })

  it('a single seal signs to its end, and none signs outside its dates', () => {
    assert.equal(currentSealer(sealers.slice(0, 1), inDays(9.99)), sealers[0])
    for (const at of [inDays(-301), inDays(301)])
      assert.throws(
        () => currentSealer(sealers, at),
        (error) => error instanceof BrokerError && error.code === 'broker.signing',
      )
  })

  it('are both in the trust document, signed by the one in use; jose verifies it', async () => {
    for (const [at, signer, alg] of [
      [NOW, first, 'RS256'],
      [inDays(100), next, 'ES256'],
    ] as const) {
      const jws = writeTrustDocument(sealers, { vkey: 'log+key' }, at)
      const header = decodeProtectedHeader(jws)
      assert.equal(header.alg, alg)
      assert.deepEqual(header.x5c, [signer.read.derBase64])
      const { payload } = await compactVerify(jws, await importX509(signer.certificate, alg))
      const document = JSON.parse(Buffer.from(payload).toString()) as { keys: Record<string, unknown>[]; log: unknown }
      assert.deepEqual(document.log, { vkey: 'log+key' })
      assert.deepEqual(
        document.keys.map(({ x5c, use, notBefore, notAfter }) => [x5c, use, notBefore, notAfter]),
        [first, next].map(({ read }) => [
          [read.derBase64],
          'sig',
          read.notBefore.toISOString(),
          read.notAfter.toISOString(),
        ]),
      )
      assert.deepEqual(
        document.keys.map(({ kty, alg }) => [kty, alg]),
        [
          ['RSA', 'RS256'],
          ['EC', 'ES256'],
        ],
      )
      assert.equal(document.keys[0]?.['x5t#S256'], Buffer.from(first.read.sha256, 'hex').toString('base64url'))
    }
  })

  it('the document is read with the one that its header names, by its own algorithm alone', async () => {
    const later = writeTrustDocument(sealers, { vkey: 'log+key' }, inDays(100))
    assert.equal((await readTrustDocument(later))?.issuedAt, inDays(100).toISOString())
    const [, payload = ''] = later.split('.')
    const resigned = (alg: string, kid: string | undefined, key: string): Promise<string> =>
      importPKCS8(key, alg).then((imported) =>
        new CompactSign(Buffer.from(payload, 'base64url'))
          .setProtectedHeader({ alg, ...(kid && { kid }) })
          .sign(imported),
      )
    const kidOf = ({ read }: TestLeaf): string => Buffer.from(read.sha256, 'hex').toString('base64url')
    assert.ok(await readTrustDocument(await resigned('RS256', kidOf(first), first.key)))
    for (const [alg, kid, key] of [
      ['PS256', kidOf(first), first.key],
      ['RS256', kidOf(next), first.key],
      ['RS256', 'other', first.key],
      ['RS256', undefined, first.key],
    ] as const)
      assert.equal(await readTrustDocument(await resigned(alg, kid, key)), undefined, `${alg} ${kid ?? ''}`)
  })

  it('the document reads back whole, and not at all when a byte was changed or a stranger signed it', async () => {
    const jws = writeTrustDocument(sealers, { vkey: 'log+key' }, NOW)
    const read = await readTrustDocument(`${jws}\n`)
    assert.equal(read?.keys.length, 2)
    assert.equal(read.log.vkey, 'log+key')
    const [header = '', payload = '', signature = ''] = jws.split('.')
    const other = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('log+key', 'own+key')).toString(
      'base64url',
    )
    assert.equal(await readTrustDocument([header, other, signature].join('.')), undefined)
    const stranger = await (await testPki()).leaf('broker')
    const [head = ''] = writeTrustDocument(
      [datedSealer(stranger.certificate, stranger.key)],
      { vkey: 'log+key' },
      NOW,
    ).split('.')
    assert.equal(await readTrustDocument([head, payload, signature].join('.')), undefined)
    assert.equal(await readTrustDocument('not.a.jws'), undefined)
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    assert.equal(await readTrustDocument(`${none}.${payload}.`), undefined)
  })
})
