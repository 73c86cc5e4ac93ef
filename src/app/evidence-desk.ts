import { setTimeout as pause } from 'node:timers/promises'
import { packContainer, type SignContainer } from '../evidence/container.ts'
import type { HeldAgreement, HeldGrant } from '../evidence/content.ts'
import { evidenceFiles } from '../evidence/evidence-files.ts'
import type { KeptEvidence } from '../exchange-log/kept-evidence.ts'
import type { Broker } from '../http/broker.ts'
import type { DecisionRecord } from '../model/decision.ts'
import type { Reader } from '../model/exchange-list.ts'
import { type ExchangeId, type OperationRef, operationRef, type PartyId, registryOf } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import { actsFor } from '../policy/acts-for.ts'
import { requireActive } from '../policy/may-audit.ts'
import { readableBy } from '../policy/may-read.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import { signContainer } from '../signature/container-signature.ts'
import { currentSealer } from '../signature/dated-sealer.ts'
import { certificateWordAt } from '../store/certificate-words.ts'
import { findEvidenceSignature, keepEvidenceSignature } from '../store/evidence-signatures.ts'
import { findGrantDocument } from '../store/grant-documents.ts'
import { exchangesById, locateExchange } from '../store/progress.ts'
import { acknowledge } from './acknowledge.ts'
import { evidenceContent, type EvidenceReader } from './evidence-content.ts'
import { withRevocation } from './evidence-revocation.ts'
import type { Capabilities } from './ports.ts'

type Has = Pick<
  Capabilities,
  'store' | 'log' | 'rules' | 'register' | 'sealers' | 'certificates' | 'words' | 'config' | 'clock'
>

/** Evidence of exchanges, cut to whoever reads it. */
export function evidenceDesk(has: Has): Pick<Broker, 'evidenceOf' | 'acknowledge'> {
  return {
    evidenceOf: async (reader, id, { consumer, waitMs }) => {
      const { row, ...view } = await findFor(reader.party, id, consumer, has)
      if (view.view !== 'own') await note(reader, { id, ...(consumer === undefined ? {} : { consumer }) }, has)
      const kept = await integrated(row, waitMs, has)
      const content = evidenceContent(kept, view, {
        agreements: await agreementsOf(kept, view, has),
        ...(await grantOf(kept, view, has)),
        logKey: has.log.vkey,
        fieldsOf: (operation) => has.rules.catalogue.operations.get(operation)?.fields,
      })
      const whole = await withRevocation(content, (certificate, at) => certificateWordAt(has.store.db, certificate, at))
      return packContainer(evidenceFiles(whole), signerOf(row, has))
    },
    acknowledge: (sender, id, jws) => acknowledge(sender, id, jws, has),
  }
}

interface Found extends EvidenceReader {
  readonly row: number
}

const unknown = (): BrokerError => new BrokerError('exchange.unknown', 'no exchange of yours has this id')

/** The widest view that this reader has. Refuses with `exchange.unknown`, in the same words, what is missing and what is another's. */
async function findFor(
  reader: PartyId,
  id: ExchangeId,
  consumer: PartyId | undefined,
  { store, rules }: Has,
): Promise<Found> {
  const { governance } = rules
  const own = readableBy(governance, reader).filter((party) => consumer === undefined || party === consumer)
  const row = await locateExchange(store.db, own, id)
  if (row !== undefined) return { row, view: 'own', registries: new Set() }
  const isAuditor = governance.parties.get(reader)?.role === 'auditor'
  const registries = [...governance.owners].flatMap(([registry, owner]) =>
    actsFor(governance, reader, owner) ? [registry] : [],
  )
  if (!isAuditor && registries.length === 0) throw unknown()
  const all = await exchangesById(store.db, id, isAuditor ? undefined : registries)
  const [found, ...others] = all.filter((one) => consumer === undefined || one.consumer === consumer)
  if (found === undefined) throw unknown()
  if (others.length > 0)
    throw new BrokerError('request.parameter', 'consumer: several consumers used this id; say whose exchange it is')
  return { row: found.row, view: isAuditor ? 'whole' : 'registry', registries: new Set(registries) }
}

/** Who reads what is not its own is in the log before it is told anything. */
const note = (reader: Reader, question: JsonObject, { log, rules }: Has): Promise<void> => {
  const { role } = requireActive(rules.governance, reader.party)
  return log.read({ by: reader.party, role, certificate: reader.certificate, what: 'evidence', question })
}

const LOOK_EVERY_MS = 50

/** Entries that were just written get their proofs within moments; whoever asks so soon waits for them. */
async function integrated(row: number, waitMs: number, { log }: Has): Promise<KeptEvidence> {
  const end = performance.now() + waitMs
  for (;;) {
    const kept = await log.evidenceOf(row)
    if (kept === undefined) throw new BrokerError('broker.internal', 'an exchange left the store')
    if (kept.pending === 0 || performance.now() >= end) return kept
    await pause(LOOK_EVERY_MS)
  }
}

/** The agreements that the decision rests on, with what was declared about them until then. */
async function agreementsOf(
  { decision }: KeptEvidence,
  { view, registries }: EvidenceReader,
  { register }: Has,
): Promise<readonly HeldAgreement[]> {
  if (decision === undefined) return []
  const { result, at, lastAct } = JSON.parse(decision) as DecisionRecord
  const named = (result.granted ? result.agreements : undefined) ?? []
  const wanted = named.filter(({ registry }) => view !== 'registry' || registries.has(registry))
  const found = await Promise.all(wanted.map(({ digest }) => register.find(digest)))
  return found.flatMap((agreement) => {
    if (agreement === undefined) return []
    const acts = agreement.acts.filter(({ sequence, recordedAt }) =>
      lastAct === undefined ? recordedAt <= at : sequence <= lastAct,
    )
    return [{ digest: agreement.digest, content: canonicalJson(agreement.content), acts: acts.map(({ jws }) => jws) }]
  })
}

/**
 * The grant of the operator's files that the decision rests on. It tells of each registry what may leave it: an owner is given it
 * where that is of its own registries alone.
 */
async function grantOf(
  { decision }: KeptEvidence,
  { view, registries }: EvidenceReader,
  { store }: Has,
): Promise<{ readonly grant?: HeldGrant }> {
  if (decision === undefined) return {}
  const { result } = JSON.parse(decision) as DecisionRecord
  const digest = result.granted ? result.file?.digest : undefined
  const content = digest === undefined ? undefined : await findGrantDocument(store.db, digest)
  if (digest === undefined || content === undefined) return {}
  const { disclose } = JSON.parse(content) as { readonly disclose: Readonly<Record<OperationRef, readonly string[]>> }
  const isAllOfReader = Object.keys(disclose).every((operation) => registries.has(registryOf(operationRef(operation))))
  return view === 'registry' && !isAllOfReader ? {} : { grant: { digest, content } }
}

/** Signed once for each state of an exchange: asked again it is the very same container. */
const signerOf =
  (exchange: number, { store, sealers, clock }: Has): SignContainer =>
  async (files) => {
    const of = { exchange, digest: Buffer.from(sha256Hex(canonicalJson(files)), 'hex') }
    const known = await findEvidenceSignature(store.db, of)
    if (known !== undefined) return known
    const at = clock()
    return keepEvidenceSignature(store.db, of, { signature: signContainer(files, currentSealer(sealers, at), at), at })
  }
