import type { RegistryLimits } from '../adapter-kit/adapter.ts'
import type { LiveAdapters } from '../catalogue/live-adapters.ts'
import { isSingleOfLeftOut } from '../catalogue/regix-services.ts'
import type { Config, RegistryConfig } from '../config/config.ts'
import type { DispatchPorts } from '../dispatch/ports.ts'
import type { Quotas } from '../dispatch/quotas.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import type { Decision, ExchangeObserver, ExchangePorts } from '../exchange/ports.ts'
import { readApplication, readHead } from '../message/read-application.ts'
import type { ExchangePlan, Format, SignedFormat } from '../model/exchange.ts'
import { serviceRef } from '../model/ids.ts'
import type { Service } from '../model/service.ts'
import type { Logger } from '../ops/logger.ts'
import type { Metrics } from '../ops/metrics.ts'
import { mayActFor, mayHandInFor } from '../policy/agreement/delegates.ts'
import { requireCaseNumber } from '../policy/case-number.ts'
import type { Cases } from '../policy/cases.ts'
import { lastActOf } from '../policy/agreement/last-act.ts'
import { decide } from '../policy/decide.ts'
import type { AccessRegister } from '../policy/register/access-register.ts'
import type { IssuerProof } from '../pki/trust.ts'
import { requireTrusted, requireTrustedPerson } from '../policy/require-trusted.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { readOperationTable } from '../regix-door/operation-table.ts'
import { currentSealer, type DatedSealer } from '../signature/dated-sealer.ts'
import { verifyApplicantDocument } from '../signature/verify-applicant-document.ts'
import { queuedExchangesOf } from '../store/queued-calls.ts'
import type { Store } from '../store/store.ts'
import type { Certificates } from './certificates.ts'
import { closedBy } from './closed-by.ts'
import { countedClose } from './counted.ts'
import type { Deferring } from './deferring.ts'
import { sealByFormat, verifyByFormat, writeByFormat } from './formats.ts'
import type { HeadCare } from './heads.ts'
import { proofKeeper } from './keep-proofs.ts'
import type { CertificateWords } from './keep-words.ts'
import type { Keys } from './keys.ts'
import { provenByChannel, provenByMessage, readRegixApplication, writeRegix } from './regix-line.ts'
import type { Rules } from './rules.ts'

/** All that the ports are joined to. */
export interface Capabilities {
  readonly config: Config
  readonly clock: () => Date
  readonly rules: Rules
  readonly keys: Keys
  readonly sealers: readonly DatedSealer[]
  readonly certificates: Certificates
  readonly words: Pick<CertificateWords, 'keep'>
  readonly store: Store
  readonly log: ExchangeLog
  readonly heads: HeadCare
  readonly adapters: LiveAdapters
  /** Registry → what its owner and the operator allow, now. */
  readonly limits: () => ReadonlyMap<string, RegistryLimits>
  /** Where a registry is and how edno speaks to it, as the configuration has it now. */
  readonly registryNow: (registry: string) => RegistryConfig | undefined
  readonly verifyAnswer: NonNullable<DispatchPorts['verifyAnswer']>
  readonly cases: Cases
  readonly quotas: Quotas
  readonly deferring: Deferring
  readonly register: AccessRegister
  readonly logger: Logger
  readonly metrics: Metrics
  readonly observer?: ExchangeObserver
}

/** Joins each port of the line to the capability that serves it. */
export function portsOf(has: Capabilities): ExchangePorts {
  const { config, rules, log } = has
  const table = readOperationTable(config.root)
  return {
    clock: has.clock,
    timeWindow: config.timeWindow,
    verifySignature: signatureVerifier(has),
    verifyApplicantDocument: (document, applicant, asked) =>
      verifyApplicantDocument(document, applicant, asked, (certificate, when, offered) =>
        requireTrustedPerson(has.certificates.trust, certificate, when, offered),
      ),
    readHead: (content, format) => readHead(content, signedFormat(format)),
    readApplication: (content, format, from) => {
      const application =
        format === 'regix' && from !== undefined
          ? readRegixApplication(content, from, { ...has, table })
          : readApplication(content, signedFormat(format))
      requireCaseNumber(application.case, 'request.schema')
      return application
    },
    actsFor: (signer, consumer) => mayActFor(rules.governance, signer, consumer, has.clock()),
    mayHandIn: (sender, signer, service) =>
      mayHandInFor(rules.governance, sender, signer, { service, at: has.clock() }),
    isActive: (party) => rules.governance.parties.get(party)?.state === 'active',
    findExchange: log.findExchange,
    findService: (id, version) => rules.catalogue.services.get(serviceRef(id, version)),
    isLeftOut: (service) => isSingleOfLeftOut(rules.catalogue.leftOut, service),
    decide: (question) => requireSomething(decide(rules.governance, question), question.service),
    governanceDigest: () => rules.governance.digest,
    lastAct: () => lastActOf(rules.governance.agreements),
    isCaseOpen: has.cases.isOpen,
    lookAtQuotas: has.quotas.look,
    requirePlaceInQueue: (plan) => requirePlaceInQueue(plan, has),
    open: (...opening) => {
      has.heads.requireStamps()
      return log.open(...opening)
    },
    fanOut: has.deferring.fanOut,
    closed: closedBy(has),
    defer: (opened) => log.later.defer(opened),
    writeAnswer: (answer) => (answer.format === 'regix' ? writeRegix(answer, rules.catalogue) : writeByFormat(answer)),
    seal: async (canonical, answer) =>
      sealByFormat(canonical, answer, currentSealer(has.sealers, has.clock()), has.certificates.stamp),
    close: countedClose(log.close, has.metrics, has.clock),
    answerOf: log.answerOf,
    refused: log.refused,
    ...(has.observer === undefined ? {} : { observer: has.observer }),
  }
}

/** Of whose certificate an authority spoke, that is kept before anything rests on it. */
function signatureVerifier(has: Capabilities): ExchangePorts['verifySignature'] {
  const keepProofs = proofKeeper(has.store.db)
  return async (received) => {
    if (received.proof === 'channel') return provenByChannel(received, has)
    const { seals } = has.certificates.directories
    const verified =
      received.channel === undefined
        ? verifyByFormat(received, seals, has.config.http.bodyLimitBytes)
        : provenByMessage(received, has)
    const proofs = await trusted(has.certificates, verified.signer.certificate, received.receivedAt)
    if (proofs.length === 0) return verified
    return { ...verified, signer: { ...verified.signer, revocationProofs: await keepProofs(proofs) } }
  }
}

/** What comes through a channel is read with the channel. */
function signedFormat(format: Format): SignedFormat {
  if (format === 'regix') throw new BrokerError('broker.internal', 'a question of RegiX without its channel')
  return format
}

/** Of a single question nothing but its evidence is of use: without a field it would look like an empty register. */
function requireSomething(decision: Decision, { single, ref }: Service): Decision {
  if (single === true && Object.values(decision.disclosure).every((fields) => fields.length === 0))
    throw new BrokerError('access.not-granted', `the grant ${decision.grant} lets no field of ${ref} out`)
  return decision
}

/** Only what may go on after its deadline can pile up there. */
async function requirePlaceInQueue(
  { consumer, outerEnd }: ExchangePlan,
  { config, store }: Pick<Capabilities, 'config' | 'store'>,
): Promise<void> {
  if (outerEnd === undefined) return
  const most = config.queue.perConsumer
  if ((await queuedExchangesOf(store.db, consumer, most)) >= most)
    throw new BrokerError('broker.overloaded', `${most} exchanges of this party wait for registries`)
}

/** Its path and revocation, once the signature has shown that its holder asks. */
async function trusted(
  { trust, directories }: Certificates,
  sha256Hex: string,
  at: Date,
): Promise<readonly IssuerProof[]> {
  const registered = directories.seals.find(sha256Hex)
  if (registered === undefined)
    throw new BrokerError('signature.certificate-unknown', 'the certificate is not registered')
  return requireTrusted(trust, registered.held, 'seal', at)
}
