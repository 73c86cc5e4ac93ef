import 'reflect-metadata'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'mocha'
import { ExtendedKeyUsageExtension } from '@peculiar/x509'
import type { Authority } from '../../../src/pki/authority.ts'
import { timeStampFetcher } from '../../../src/pki/fetch-time-stamp.ts'
import { openTimeStamper, type Stamped } from '../../../src/pki/time-stamper.ts'
import { isOver, readTimeStampToken } from '../../../src/pki/time-stamp-token.ts'
import { openTrust } from '../../../src/pki/trust.ts'
import { hasOpenssl } from '../../support/openssl-ca.ts'
import {
  aroundNow,
  makeStampKeys,
  OpensslTsa,
  OTHER_POLICY,
  STAMP_POLICY,
  type StampKeys,
} from '../../support/openssl-tsa.ts'
import { forgedStamp, type StampWish } from '../../support/forged-stamps.ts'

const OCTETS = Buffer.from('what is stamped')
const DAY_MS = 86_400_000

const believing = ({ authority }: StampKeys, uses: Authority['uses'] = ['time-stamps']): Authority => ({
  id: 'stamps',
  uses,
  policies: [],
  anchors: [authority.read],
  intermediates: [],
  revocation: { policy: 'none', ocsp: [], crl: [], hosts: [] },
})

interface Circumstances {
  readonly url: string
  readonly authority: Authority
  readonly policy?: string
  readonly clock?: () => Date
}

const stamp = ({ url, authority, policy, clock = () => new Date() }: Circumstances): Promise<Stamped> =>
  openTimeStamper({
    fetch: timeStampFetcher(url, 30_000),
    trust: openTrust([authority], { fetch: () => Promise.resolve(undefined), clock }),
    clock,
    ...(policy === undefined ? {} : { policy }),
  })(OCTETS)

const fault = (stamped: Stamped): string => (stamped.stamped ? 'stamped' : stamped.why)

describe('a time stamp of the openssl program', function () {
  this.timeout(60_000)
  let keys: StampKeys
  let tsa: OpensslTsa
  let url = ''
  before(async function () {
    if (!hasOpenssl()) this.skip()
    keys = await makeStampKeys()
    tsa = new OpensslTsa(keys)
    url = await tsa.serve()
  })
  after(() => tsa.close())

  it('is had, holds by our own judgement, and the program accepts the token over the same octets and no others', async () => {
    const stamped = await stamp({ url, authority: believing(keys) })
    assert.ok(stamped.stamped, fault(stamped))
    const token = readTimeStampToken(stamped.token)
    assert.ok(typeof token !== 'string')
    assert.equal(token.policy, STAMP_POLICY)
    assert.equal(token.signer.certificate.sha256, keys.signer.read.sha256)
    assert.ok(isOver(token, OCTETS))
    assert.ok(Math.abs(stamped.at.getTime() - Date.now()) < 60_000)
    assert.equal(await tsa.accepts(stamped.token, OCTETS), true)
    assert.equal(await tsa.accepts(stamped.token, Buffer.from('something else')), false)
  })

  it('is asked for under the policy that is configured, and accepted under no other', async () => {
    const stamped = await stamp({ url, authority: believing(keys), policy: OTHER_POLICY })
    assert.ok(stamped.stamped, fault(stamped))
    const token = readTimeStampToken(stamped.token)
    assert.ok(typeof token !== 'string')
    assert.equal(token.policy, OTHER_POLICY)
  })

  it('is not had where the authority refuses the question', async () => {
    const stamped = await stamp({ url, authority: believing(keys), policy: '1.2.3.4.99' })
    assert.equal(fault(stamped), 'refused')
  })

  it('is of no worth where nobody trusts the authority, or trusts it for something else', async () => {
    const stranger = await makeStampKeys()
    assert.equal(fault(await stamp({ url, authority: believing(stranger) })), 'untrusted: signatures')
    assert.equal(fault(await stamp({ url, authority: believing(keys, ['parties']) })), 'untrusted: anchor')
  })

  it('is of no worth where the certificate had expired when it was made', async () => {
    const expired = await makeStampKeys({
      from: new Date(Date.now() - 20 * DAY_MS),
      until: new Date(Date.now() - DAY_MS),
    })
    const other = new OpensslTsa(expired)
    try {
      const stamped = await stamp({ url: await other.serve(), authority: believing(expired) })
      assert.equal(fault(stamped), 'untrusted: dates')
    } finally {
      other.close()
    }
  })

  for (const [what, answer, why] of [
    ['over other octets', (at) => at.query(createHash('sha256').update('x').digest('hex')), 'other-octets'],
    ['with the nonce of another question', (at) => at.query(DIGEST), 'other-request'],
    ['without a nonce', (at) => at.query(DIGEST, '-cert -no_nonce'), 'other-request'],
    ['without the certificate of who made it', (at) => at.query(DIGEST, '-no_nonce'), 'wrong-signer'],
  ] as const satisfies readonly (readonly [string, (at: OpensslTsa) => Promise<Buffer>, string])[])
    it(`is of no worth ${what}`, async () => {
      const other = await tsa.serve(async () => tsa.reply(await answer(tsa)))
      assert.equal(fault(await stamp({ url: other, authority: believing(keys) })), why)
    })

  it('is of no worth where it was made at another time than it was asked for', async () => {
    const clock = (): Date => new Date(Date.now() - 3_600_000)
    assert.equal(fault(await stamp({ url, authority: believing(keys), clock })), 'other-time')
  })

  it('is read from any change of its octets as something else, or not at all', async () => {
    const stamped = await stamp({ url, authority: believing(keys) })
    assert.ok(stamped.stamped)
    for (let at = 0; at < stamped.token.length; at += 29) {
      const changed = Buffer.from(stamped.token)
      changed[at] = (changed[at] ?? 0) ^ 1
      const token = readTimeStampToken(changed)
      // What is not signed (a certificate that is not the signer's, a version number) may change; what is said may not.
      if (typeof token === 'string') continue
      assert.equal(token.at.getTime(), stamped.at.getTime(), `octet ${at}`)
      assert.ok(isOver(token, OCTETS), `octet ${at}`)
      assert.equal(token.signer.certificate.sha256, keys.signer.read.sha256, `octet ${at}`)
    }
    assert.equal(readTimeStampToken(Buffer.concat([stamped.token, Buffer.of(0)])), 'not-readable')
  })

  for (const [what, reply] of [
    ['rubbish', Buffer.from('not DER at all')],
    ['nothing', Buffer.alloc(0)],
    ['a page', Buffer.from('<html></html>')],
    ['an empty sequence', Buffer.of(0x30, 0)],
    ['a granted status without a token', Buffer.of(0x30, 5, 0x30, 3, 2, 1, 0)],
  ] as const)
    it(`is not had from an authority that answers ${what}`, async () => {
      const other = await tsa.serve(() => Promise.resolve(reply))
      assert.equal(fault(await stamp({ url: other, authority: believing(keys) })), 'not-readable')
    })
})

describe('a time stamp that was forged', () => {
  let keys: StampKeys
  let query: Uint8Array
  before(async () => {
    keys = await makeStampKeys()
  })
  const judge = async (wish: StampWish, by = keys): Promise<string> => {
    const trust = openTrust([believing(by)], { fetch: () => Promise.resolve(undefined), clock: () => new Date() })
    const fetch = (request: Uint8Array): Promise<Uint8Array> => {
      query = request
      return Promise.resolve(forgedStamp(request, by, wish))
    }
    const clock = (): Date => new Date()
    return fault(await openTimeStamper({ fetch, trust, clock, policy: STAMP_POLICY })(OCTETS))
  }

  it('holds where nothing was changed, also by key identifier and with the digest named: the forger is good', async () => {
    assert.equal(await judge({}), 'stamped')
    assert.equal(await judge({ byKeyId: true }), 'stamped')
    assert.equal(await judge({ namesBy: SHA256 }), 'stamped')
    assert.ok(query.length > 0)
  })

  for (const [what, wish, why] of [
    ['the signature is broken', { brokenSignature: true }, 'wrong-signer'],
    ['the digest is of other content', { messageDigest: Buffer.alloc(32) }, 'wrong-signer'],
    ['the attribute names another content type', { attributeType: '1.2.840.113549.1.7.1' }, 'wrong-signer'],
    ['an attribute stands twice', { doubledAttribute: true }, 'wrong-signer'],
    ['there are no signed attributes', { withoutAttributes: true }, 'wrong-signer'],
    ['ESSCertIDv2 names another certificate', { names: Buffer.alloc(32) }, 'wrong-signer'],
    ['ESSCertIDv2 is absent', { names: 'none' }, 'wrong-signer'],
    ['ESSCertIDv2 is by SHA-1', { namesBy: '1.3.14.3.2.26', names: Buffer.alloc(20) }, 'wrong-signer'],
    ['the signer is named by another serial number', { serialNumber: 1 }, 'wrong-signer'],
    ['the content is of another type', { contentType: '1.2.840.113549.1.7.1' }, 'not-readable'],
    ['nobody signed', { signers: 0 }, 'not-readable'],
    ['two signed', { signers: 2 }, 'not-readable'],
    ['its version is unknown', { version: 2 }, 'not-readable'],
    ['it carries a critical extension', { criticalExtension: true }, 'not-readable'],
    ['the imprint is by SHA-1', { digestAlgorithm: '1.3.14.3.2.26' }, 'not-readable'],
    ['the imprint is of other octets', { imprint: Buffer.alloc(32) }, 'other-octets'],
    ['the nonce is another', { nonce: Buffer.alloc(16, 0x41) }, 'other-request'],
    ['there is no nonce', { nonce: 'none' }, 'other-request'],
    ['the policy is another', { policy: OTHER_POLICY }, 'other-policy'],
    ['it was made long ago', { at: new Date(Date.now() - DAY_MS / 2) }, 'other-time'],
    ['it was made in the future', { at: new Date(Date.now() + DAY_MS) }, 'other-time'],
    ['it was granted with modifications', { status: 1 }, 'refused'],
    ['it was rejected, whatever came with it', { status: 2 }, 'refused'],
  ] as const satisfies readonly (readonly [string, StampWish, string])[])
    it(`is refused where ${what}: ${why}`, async () => assert.equal(await judge(wish), why))

  for (const [what, more] of [
    ['says nothing of its purpose', []],
    ['is for signing documents', [new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.36'], true)]],
    ['may stamp, not critically', [new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.8'], false)]],
    ['may stamp and more', [new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.8', '1.3.6.1.5.5.7.3.36'], true)]],
  ] as const)
    it(`is refused where the certificate ${what}`, async () => {
      const other = await makeStampKeys({ ...aroundNow(), more })
      assert.equal(await judge({}, other), 'untrusted: extended-key-usage')
    })
})

describe('the fetcher of time stamps', () => {
  let server: Server
  let url = ''
  before(async () => {
    server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  })
  after(() => server.close())

  it('waits for a silent authority no longer than it was told', async () => {
    const began = performance.now()
    assert.equal(await timeStampFetcher(url, 200)(OCTETS), undefined)
    assert.ok(performance.now() - began < 20_000)
  })
})

const SHA256 = '2.16.840.1.101.3.4.2.1'
const DIGEST = createHash('sha256').update(OCTETS).digest('hex')
