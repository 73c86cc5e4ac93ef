import assert from 'node:assert/strict'
import { before, beforeEach, describe, it } from 'mocha'
import { CertificateWords, ownSealWatch } from '../../../src/app/keep-words.ts'
import { monthOf } from '../../../src/store/month-keys.ts'
import type { IssuerProof, TrustVerdict } from '../../../src/pki/trust.ts'
import { certificateWordAt } from '../../../src/store/certificate-words.ts'
import { forgetRevocationProofs } from '../../../src/store/revocation-proofs.ts'
import type { Store } from '../../../src/store/store.ts'
import { makeAuthority, makeLeaf, type Made } from '../../support/chains.ts'
import { testStore } from '../../support/database.ts'
import { aLog, anExchange, exchangeOnce } from '../exchange-log/exchanges.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('what authorities said of certificates that sign no application', function () {
  this.timeout(60_000)
  let store: Store
  let issuing: Made
  let root: Made
  let seal: Made
  let words: CertificateWords
  const told: string[] = []
  const logger = {
    info: (message: string) => void told.push(message),
    warn: (message: string) => void told.push(message),
    error: (message: string) => void told.push(message),
  }
  before(async () => {
    root = await makeAuthority('Root')
    issuing = await makeAuthority('Issuing', { issuer: root })
    seal = await makeLeaf('Seal', { issuer: issuing })
  })
  beforeEach(async () => {
    told.length = 0
    store = await testStore()
    words = new CertificateWords(logger)
    words.keepIn(store.db)
  })

  const at = (minutes: number): Date => new Date(Date.now() + minutes * MINUTE)
  const proof = (said: string, until: Date, issuer = issuing): IssuerProof => ({
    ...{ kind: 'ocsp', bytes: Buffer.from(said), until, issuer: issuer.read },
  })
  const wordAt = async (moment: Date, certificate = seal): Promise<string[]> =>
    (await certificateWordAt(store.db, certificate.read.sha256, moment)).map(({ bytes }) =>
      Buffer.from(bytes).toString(),
    )

  it('is the last word before the moment, while it is good, with that of the authorities above', async () => {
    await words.keep(seal.read, [proof('first', at(10)), proof('of the issuer', at(30), root)], at(-10))
    await words.keep(seal.read, [proof('second', at(30)), proof('of the issuer', at(30), root)], at(0))
    assert.deepEqual(await wordAt(at(-1)), ['first', 'of the issuer'])
    assert.deepEqual(await wordAt(at(5)), ['second', 'of the issuer'])
    assert.deepEqual(await wordAt(at(31)), [])
    assert.deepEqual(await wordAt(at(-20)), [], 'what was said long afterwards')
    assert.deepEqual(await wordAt(at(5), issuing), [], 'another certificate')
  })

  it('is the first right afterwards where there was none before: who stamps is asked about once it has', async () => {
    const moment = at(-1)
    await words.keep(seal.read, [proof('soon', at(10))], at(0))
    await words.keep(seal.read, [proof('later', at(10))], at(1))
    assert.deepEqual(await wordAt(moment), ['soon'])
  })

  it('is good for longer where an authority says the same again', async () => {
    await words.keep(seal.read, [proof('same', at(1))], at(-5))
    assert.deepEqual(await wordAt(at(8)), [])
    await words.keep(seal.read, [proof('same', at(10))], at(2))
    assert.deepEqual(await wordAt(at(8)), ['same'])
  })

  it('is nothing where a part of it is gone', async () => {
    await words.keep(seal.read, [proof('first', at(10)), proof('gone', at(10), root)], at(0))
    await store.db.deleteFrom('revocation_proof').where('bytes', '=', Buffer.from('gone')).execute()
    assert.deepEqual(await wordAt(at(1)), [])
  })

  it('lasts as long as something is kept of its month, and goes with the key of the month', async () => {
    const log = aLog(store)
    await log.start()
    await exchangeOnce(log, anExchange())
    const first = new Date(`${monthOf(new Date())}-01T00:00:00Z`).getTime()
    await words.keep(seal.read, [proof('of before', new Date(first - 1))], new Date(first - DAY))
    await words.keep(seal.read, [proof('of the month', new Date(first + 1))], new Date(first - DAY))
    await forgetRevocationProofs(store.db, at(2 * 60))
    assert.deepEqual(await wordAt(new Date(first)), ['of the month'])
    assert.equal((await store.db.selectFrom('certificate_word').selectAll().execute()).length, 1)
    await store.db
      .updateTable('month_key' as never)
      .set({ wrapped: null, shredded_at: new Date() } as never)
      .execute()
    await forgetRevocationProofs(store.db, at(2 * 60))
    assert.deepEqual(await store.db.selectFrom('certificate_word').selectAll().execute(), [])
    assert.deepEqual(await store.db.selectFrom('revocation_proof').selectAll().execute(), [])
    await log.stop()
  })

  it('does not stop who signs where it cannot be kept', async () => {
    const away = new CertificateWords(logger)
    away.keepIn(undefined as never)
    await away.keep(seal.read, [proof('lost', at(10))], at(0))
    assert.deepEqual(told, ['what an authority said of a certificate could not be kept for evidence'])
    await new CertificateWords(logger).keep(seal.read, [proof('too early', at(10))], at(0))
  })

  describe('of edno’s own seals', () => {
    const watched = (verdicts: TrustVerdict[], now = at(0)) =>
      ownSealWatch({
        sealers: [
          { certificate: Buffer.from(seal.read.der).toString('base64'), notBefore: at(-10), notAfter: at(10) },
        ] as unknown as Parameters<typeof ownSealWatch>[0]['sealers'],
        certificates: { trust: { judge: () => Promise.resolve(verdicts.shift()!) } } as never,
        ...{ words, logger, clock: () => now },
      })

    it('is kept, and told of when it changes', async () => {
      const good = { kind: 'trusted', proofs: [proof('good', at(10))] } as const
      const look = watched([good, good, { kind: 'revoked' }, { kind: 'unclear', why: 'no-answer' }])
      for (let turn = 0; turn < 4; turn += 1) await look()
      assert.deepEqual(await wordAt(at(1)), ['good'])
      assert.deepEqual(
        told.map((message) => message.replace(/.*(kept|REVOKED|does not say).*/, '$1')),
        ['kept', 'REVOKED', 'does not say'],
      )
    })

    it('is not asked for where the seal is out of its dates, and not told where nobody is asked', async () => {
      await watched([], at(20))()
      await watched([{ kind: 'trusted' }])()
      assert.deepEqual(told, [])
    })
  })
})
