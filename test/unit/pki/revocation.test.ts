import assert from 'node:assert/strict'
import * as asn1js from 'asn1js'
import { after, before, describe, it } from 'mocha'
import type { RevocationPolicy } from '../../../src/pki/authority.ts'
import { FETCH_LIMITS, type FetchStatus, statusFetcher } from '../../../src/pki/fetch-status.ts'
import { Revocation } from '../../../src/pki/revocation.ts'
import { askOcsp, judgeOcsp } from '../../../src/pki/ocsp.ts'
import type { Told } from '../../../src/pki/revocation-status.ts'
import { hasOpenssl, OpensslCa } from '../../support/openssl-ca.ts'

const fetch = statusFetcher({ ...FETCH_LIMITS, timeoutMs: 20_000 })
/** For those who never answer. */
const hasty = statusFetcher({ ...FETCH_LIMITS, timeoutMs: 1000 })

/** Said in one word: the status, or why there is none. */
const word = (told: Told): string => (told.status === 'unclear' ? told.why : told.status)

describe('Revocation, against the openssl program and servers on loopback', function () {
  this.timeout(60_000)
  let ca: OpensslCa
  let responder = ''
  before(async function () {
    if (!hasOpenssl()) this.skip()
    ca = new OpensslCa()
    for (const name of ['seal', 'gone', 'stranger']) ca.issue(name)
    ca.issue('responder', 'responder')
    ca.tell('seal', 'good')
    ca.tell('gone', 'revoked')
    responder = await ca.responder('responder')
  })
  after(() => ca.close())

  const ask = async (name: string, policy: Partial<RevocationPolicy>, more: { by?: FetchStatus; now?: Date } = {}) => {
    const revocation = new Revocation({ fetch: more.by ?? fetch, clock: () => more.now ?? new Date() })
    const whole: RevocationPolicy = { policy: 'required', ocsp: [], crl: [], hosts: [], ...policy }
    return word(await revocation.statusOf({ certificate: ca.read(name), issuer: ca.certificate, policy: whole }))
  }
  const bytes = (body: Uint8Array) => ca.serve((_, response) => void response.end(body))
  /** What the responder answers to the question that it is asked. */
  const recorded = async (name: string): Promise<Uint8Array> => {
    let seen: Uint8Array | undefined
    await ask(name, { ocsp: [responder] }, { by: async (at, post) => (seen = await fetch(at, post)) })
    return seen ?? assert.fail('the responder did not answer')
  }

  describe('by OCSP', () => {
    it('tells good, revoked and unknown apart', async () => {
      assert.equal(await ask('seal', { ocsp: [responder] }), 'good')
      assert.equal(await ask('gone', { ocsp: [responder] }), 'revoked')
      assert.equal(await ask('stranger', { ocsp: [responder] }), 'not-known')
    })

    it('asks about a number whose first bit is set as about any other', async () => {
      for (const [name, status] of [
        ['high', 'good'],
        ['high-gone', 'revoked'],
      ] as const) {
        ca.issue(name, 'seal', `-set_serial 0x8f${name.length}1020304050607`)
        ca.tell(name, status)
      }
      const policy = { ocsp: [await ca.responder('responder')] }
      assert.deepEqual([await ask('high', policy), await ask('high-gone', policy)], ['good', 'revoked'])
      const list = { crl: [await bytes(ca.list())] }
      assert.deepEqual([await ask('high', list), await ask('high-gone', list)], ['good', 'revoked'])
    })

    it('says since when a certificate is revoked', async () => {
      const policy: RevocationPolicy = { policy: 'required', ocsp: [responder], crl: [], hosts: [] }
      const revocation = new Revocation({ fetch, clock: () => new Date() })
      const told = await revocation.statusOf({ certificate: ca.read('gone'), issuer: ca.certificate, policy })
      assert.equal(told.status === 'revoked' && told.since.toISOString(), '2025-01-01T00:00:00.000Z')
    })

    it('believes the authority itself as a responder, and one that names no end', async () => {
      assert.equal(await ask('seal', { ocsp: [await ca.responder('ca', [])] }), 'good')
      assert.equal(
        await ask('seal', { ocsp: [await ca.responder('responder', ['-resp_key_id', '-ndays', '1'])] }),
        'good',
      )
    })

    it('does not believe a certificate of the same authority that is not for signing OCSP', async () => {
      assert.equal(await ask('gone', { ocsp: [await ca.responder('seal')] }), 'wrong-signer')
    })

    it('does not believe the responder of another authority, although it bears the same names', async () => {
      const other = new OpensslCa()
      try {
        other.issue('responder', 'responder')
        other.issue('seal')
        other.tell('seal', 'good')
        assert.equal(await ask('seal', { ocsp: [await other.responder('responder')] }), 'wrong-signer')
      } finally {
        other.close()
      }
    })

    it('does not believe an answer that was recorded: the nonce is another', async () => {
      assert.equal(await ask('seal', { ocsp: [await bytes(await recorded('seal'))] }), 'wrong-nonce')
    })

    it('does not believe an answer about another certificate', async () => {
      const silent = await ca.responder('responder', ['-nmin', '5', '-ignore_err'])
      const aboutSeal: FetchStatus = async (address) => {
        let kept: Uint8Array | undefined
        await ask(
          'seal',
          { ocsp: [silent] },
          { by: async (_, post) => (kept = await fetch(address, post && withoutNonce(post))) },
        )
        return kept
      }
      assert.equal(await ask('gone', { ocsp: [silent] }, { by: aboutSeal }), 'other-certificate')
    })

    it('does not believe an answer that has run out, or that comes from the future', async () => {
      const hour = 3_600_000
      const ocsp = [await ca.responder('ca')]
      assert.equal(await ask('seal', { ocsp }, { now: new Date(Date.now() + hour) }), 'stale')
      assert.equal(await ask('seal', { ocsp }, { now: new Date(Date.now() - hour) }), 'stale')
    })

    it('cannot tell from garbage, an error, a redirect, silence, a drip, or too much', async () => {
      const answers = async (listener: Parameters<OpensslCa['serve']>[0], by = fetch) =>
        ask('seal', { ocsp: [await ca.serve(listener)] }, { by })
      assert.equal(await answers((_, response) => void response.end('no answer of a responder')), 'not-readable')
      assert.equal(
        await answers((_, response) => void response.end(Buffer.from('30030a0106', 'hex'))),
        'responder-refused',
      )
      assert.equal(await answers((_, response) => void response.writeHead(500).end()), 'no-answer')
      assert.equal(
        await answers((_, response) => void response.writeHead(302, { location: responder }).end()),
        'no-answer',
      )
      assert.equal(await answers(() => undefined, hasty), 'no-answer')
      assert.equal(
        await answers((_, response) => void response.end(Buffer.alloc(FETCH_LIMITS.ocspBytes + 1))),
        'no-answer',
      )
      const drip = await answers((_, response) => {
        const timer = setInterval(() => response.write('0'), 50)
        response.on('close', () => clearInterval(timer))
      }, hasty)
      assert.equal(drip, 'no-answer')
    })

    it('cannot tell from an answer of which one byte was changed in what is signed', async () => {
      const { request, nonce } = askOcsp(ca.read('gone'), ca.certificate)
      const answer = (await fetch(responder, request)) ?? assert.fail('the responder did not answer')
      const asked = { certificate: ca.read('gone'), issuer: ca.certificate, nonce, now: new Date() }
      assert.equal(word(judgeOcsp(answer, asked)), 'revoked')
      for (let at = 40; at < 280; at += 8) {
        const changed = Buffer.from(answer)
        changed[at] = (changed[at] ?? 0) ^ 1
        assert.equal(judgeOcsp(changed, asked).status, 'unclear', `byte ${at}`)
      }
    })
  })

  describe('by list', () => {
    it('tells good and revoked apart', async () => {
      const crl = [await bytes(ca.list())]
      assert.equal(await ask('seal', { crl }), 'good')
      assert.equal(await ask('gone', { crl }), 'revoked')
    })

    it('is asked where the responder does not know, or does not answer', async () => {
      const crl = [await bytes(ca.list())]
      assert.equal(await ask('stranger', { ocsp: [responder], crl }), 'good')
      assert.equal(await ask('gone', { ocsp: [await bytes(Buffer.from('?'))], crl }), 'revoked')
    })

    it('does not believe a list that has run out', async () => {
      const crl = [await bytes(ca.list())]
      assert.equal(await ask('seal', { crl }, { now: new Date(Date.now() + 8 * 86_400_000) }), 'stale')
    })

    it('does not believe the list of another authority, whether it bears another name or the same', async () => {
      for (const [name, why] of [
        ['Other CA', 'of-other-issuer'],
        ['Test CA', 'wrong-signer'],
      ] as const) {
        const other = new OpensslCa(name)
        assert.equal(await ask('gone', { crl: [await bytes(other.list())] }), why)
        other.close()
      }
    })

    it('cannot tell from garbage, or from more than the limit', async () => {
      assert.equal(await ask('seal', { crl: [await bytes(Buffer.from('no list'))] }), 'not-readable')
      assert.equal(await ask('seal', { crl: [await bytes(Buffer.alloc(FETCH_LIMITS.crlBytes + 1))] }), 'no-answer')
    })
  })

  describe('whom it asks', () => {
    it('asks nobody where nobody is named', async () => {
      assert.equal(await ask('seal', {}), 'no-address')
    })

    it('asks once for many callers at the same time, and not again while the answer holds', async () => {
      let asked = 0
      const counting: FetchStatus = (address, post) => {
        asked += 1
        return fetch(address, post)
      }
      let now = new Date()
      const revocation = new Revocation({ fetch: counting, clock: () => now })
      const policy: RevocationPolicy = { policy: 'required', ocsp: [responder], crl: [], hosts: [] }
      const question = { certificate: ca.read('seal'), issuer: ca.certificate, policy }
      const told = await Promise.all(Array.from({ length: 20 }, () => revocation.statusOf(question)))
      assert.deepEqual(new Set(told.map(word)), new Set(['good']))
      await revocation.statusOf(question)
      assert.equal(asked, 1)
      now = new Date(now.getTime() + 301_000)
      await revocation.statusOf(question)
      assert.equal(asked, 2)
    })

    it('does not wait for a silent responder again at once, but asks again after a while', async () => {
      let asked = 0
      const silent: FetchStatus = () => {
        asked += 1
        return Promise.resolve(undefined)
      }
      let now = new Date()
      const revocation = new Revocation({ fetch: silent, clock: () => now })
      const policy: RevocationPolicy = { policy: 'required', ocsp: [responder], crl: [], hosts: [] }
      const question = { certificate: ca.read('seal'), issuer: ca.certificate, policy }
      for (let count = 0; count < 3; count += 1) assert.equal(word(await revocation.statusOf(question)), 'no-answer')
      assert.equal(asked, 1)
      now = new Date(now.getTime() + 10_001)
      await revocation.statusOf(question)
      assert.equal(asked, 2)
    })
  })
})

/** The question without its extensions, so that a responder answers without a nonce. */
const withoutNonce = (request: Uint8Array): Uint8Array => {
  const whole = asn1js.fromBER(Uint8Array.from(request)).result
  assert.ok(whole instanceof asn1js.Sequence)
  const [asked] = whole.valueBlock.value
  assert.ok(asked instanceof asn1js.Sequence)
  const rest = asked.valueBlock.value.filter(({ idBlock }) => idBlock.tagClass !== 3 || idBlock.tagNumber !== 2)
  assert.equal(rest.length, asked.valueBlock.value.length - 1)
  return new Uint8Array(new asn1js.Sequence({ value: [new asn1js.Sequence({ value: rest })] }).toBER())
}
