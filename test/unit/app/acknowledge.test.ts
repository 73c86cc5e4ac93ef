import assert from 'node:assert/strict'
import { acknowledge } from '../../../src/app/acknowledge.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { sha256Hex } from '../../../src/schema/canonical-json.ts'
import { signAcknowledgement } from '../../../src/signature/acknowledgement.ts'
import { type ChainCertificate, readChainCertificate } from '../../../src/pki/chain-certificate.ts'
import type { IssuerProof, TrustVerdict } from '../../../src/pki/trust.ts'
import type { Store } from '../../../src/store/store.ts'
import { directoryOf, makeIdentity, type TestIdentity } from '../../support/certificates.ts'
import { testStore } from '../../support/database.ts'
import { aLog, anExchange, consumer, exchangeOnce, type Sample } from '../exchange-log/exchanges.ts'

describe('an acknowledgement', function () {
  this.timeout(60_000)
  let store: Store
  let log: ExchangeLog
  let town: TestIdentity
  const kept: unknown[] = []
  before(async () => {
    store = await testStore()
    log = aLog(store)
    await log.start()
    town = await makeIdentity(consumer, 'p-256')
  })
  after(() => log.stop())

  /** By a certificate of which this is known at that moment. */
  const hand = async (sample: Sample, verdict: TrustVerdict, exchangeId = sample.plan.exchangeId): Promise<unknown> => {
    const said = {
      ...{ type: 'edno-acknowledgement@1' as const, exchangeId, by: consumer },
      ...{ answer: sha256Hex(sample.answer.bytes), at: new Date().toISOString() },
    }
    const jws = signAcknowledgement(said, { keyPem: town.privateKeyPem, certificatePem: town.certificatePem })
    const held = { certificate: readChainCertificate(town.certificatePem), offered: [] }
    const seals = { find: (sha256: string) => ({ ...directoryOf(town).find(sha256), held }) }
    return acknowledge(consumer, sample.plan.exchangeId, jws, {
      words: {
        keep: ({ sha256 }: ChainCertificate, proofs: readonly IssuerProof[]) => void kept.push([sha256, proofs]),
      },
      ...{ store, log, clock: () => new Date(), config: { timeWindow: { futureMs: 60_000 } } },
      rules: { governance: { parties: new Map([[consumer, { state: 'active', delegates: [] }]]) } },
      certificates: { directories: { seals }, trust: { judge: () => Promise.resolve(verdict) } },
    } as unknown as Parameters<typeof acknowledge>[3])
  }

  it('is refused that names another exchange, though its digest is of this answer', async () => {
    const [sample, other] = [anExchange(), anExchange()]
    await exchangeOnce(log, sample)
    await assert.rejects(
      hand(sample, { kind: 'trusted' }, other.plan.exchangeId),
      (error) => error instanceof BrokerError && error.code === 'exchange.other-answer',
    )
  })

  for (const [what, verdict, code] of [
    ['was revoked', { kind: 'revoked' }, 'signature.certificate-revoked'],
    ['nobody can say whether it was revoked', { kind: 'unclear', why: 'no-answer' }, 'signature.revocation-unknown'],
  ] as const)
    it(`is refused where its certificate is one that ${what}, and taken by one that is trusted`, async () => {
      const sample = anExchange()
      await exchangeOnce(log, sample)
      await assert.rejects(hand(sample, verdict), (error) => error instanceof BrokerError && error.code === code)
      kept.length = 0
      await hand(sample, { kind: 'trusted' })
    })

  it('keeps what authorities said of its certificate, for evidence', async () => {
    const sample = anExchange()
    await exchangeOnce(log, sample)
    const proofs = [{ kind: 'ocsp' }] as unknown as readonly IssuerProof[]
    kept.length = 0
    await hand(sample, { kind: 'trusted', proofs })
    assert.deepEqual(kept, [[town.fingerprint, proofs]])
  })
})
