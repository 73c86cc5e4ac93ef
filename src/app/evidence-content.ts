import { keepFields } from '../adapter-kit/keep-fields.ts'
import type {
  EvidenceContent,
  HeldAgreement,
  HeldDocument,
  HeldGrant,
  HeldSupplement,
  RegistryPart,
  View,
} from '../evidence/content.ts'
import { receivedCommitments } from '../exchange-log/entries.ts'
import { readEntry } from '../exchange-log/read-entry.ts'
import type { KeptEvidence } from '../exchange-log/kept-evidence.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import { type OperationRef, operationRef, registryOf } from '../model/ids.ts'
import { MEDIA_TYPES, mediaTypeOf } from '../model/media-types.ts'
import type { CallOutcome, KeptAnswer } from '../model/outcome.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import { carriedCertificates, carriedStamp } from '../signature/carried.ts'
import { carriedBySoap } from '../signature/verify-soap-signature.ts'

/** Who reads, and how much of an exchange that is. */
export interface EvidenceReader {
  readonly view: View
  /** Of which the reader is the owner; looked at in the view `registry`. */
  readonly registries: ReadonlySet<string>
}

export interface ContentParts {
  readonly agreements: readonly HeldAgreement[]
  readonly grant?: HeldGrant
  readonly logKey: string
  /** All fields that an operation can have; undefined where it left the catalogue. */
  readonly fieldsOf: (operation: OperationRef) => readonly string[] | undefined
}

/**
 * What this reader gets of what is kept. The owner of a registry gets what left of its own answers, and proofs of entries about them;
 * neither who was asked about, nor what others were asked or answered, nor how the whole ended (as `recordForRegistry`).
 */
export function evidenceContent(kept: KeptEvidence, reader: EvidenceReader, parts: ContentParts): EvidenceContent {
  const { checkpoint, headStamp, decision } = kept
  const shared = {
    about: aboutOf(kept, reader),
    view: reader.view,
    agreements: parts.agreements,
    ...given('grant', parts.grant),
    registries: registriesOf(kept, reader, parts),
    entries: entriesFor(kept, reader),
    ...given('checkpoint', checkpoint),
    ...given('headStamp', headStamp),
    logKey: parts.logKey,
  }
  if (reader.view === 'registry') return { ...shared, supplements: [], salts: {}, signers: {}, revocation: {} }
  return {
    ...shared,
    ...given('received', receivedOf(kept)),
    ...documentsOf(kept),
    ...(kept.plan === undefined ? {} : { plan: canonicalJson(kept.plan) }),
    ...(decision === undefined ? {} : { decision }),
    supplements: supplementsOf(kept),
    salts: kept.salts ?? {},
  }
}

/**
 * An owner learns what was asked of its own registries: not how the whole ended, nor when, nor what others were asked, in an entry that
 * tells of all. That its own answer is committed to is for an auditor to show, by the salt that it has.
 */
function entriesFor({ entries }: KeptEvidence, { view, registries }: EvidenceReader): KeptEvidence['entries'] {
  if (view !== 'registry') return entries
  return entries.filter(({ event, bytes }) => {
    if (event === 'opened') return true
    const { operation, questions = [] } = JSON.parse(bytes.toString()) as Told
    const told = [...questions.map((question) => question.operation), ...(operation === undefined ? [] : [operation])]
    return told.length > 0 && told.every((each) => registries.has(registryOf(operationRef(each))))
  })
}

/** Of an entry, which operations it tells of. */
interface Told {
  readonly operation?: string
  readonly questions?: readonly { readonly operation: string }[]
}

/**
 * Of the calls that had ended when the answer left: what came later has an entry of its own. So has what became of a call that
 * was skipped by then because another was late.
 */
function receivedOf({ entries, outcomes }: KeptEvidence): string | undefined {
  const closing = entries.find(({ event }) => event === 'answered')
  if (closing === undefined) return undefined
  const ended = (readEntry(closing.bytes).calls ?? []).filter(({ outcome }) => !LATER.has(outcome))
  const names = new Set(ended.map(({ call }) => call))
  return receivedCommitments(outcomes.filter(({ call }) => names.has(call)))
}

const LATER: ReadonlySet<string> = new Set(['late', 'skipped'])

const aboutOf = ({ row, plan, entries }: KeptEvidence, { view, registries }: EvidenceReader): string =>
  canonicalJson({
    type: 'edno-evidence@1',
    exchangeId: row.exchange_id,
    consumer: row.consumer,
    service: row.service,
    receivedAt: row.received_at.toISOString(),
    view,
    ...(view === 'registry' ? { registries: [...registries].sort() } : endOf(row)),
    content: entries.some(({ event }) => event === 'erased')
      ? 'erased'
      : plan === undefined
        ? 'no longer kept'
        : 'kept',
  })

const endOf = (row: KeptEvidence['row']) => ({
  state: row.state,
  ...(row.status === null ? {} : { status: row.status }),
  ...(row.closed_at === null ? {} : { closedAt: row.closed_at.toISOString() }),
})

/** What signed the answer stands beside it already. */
function supplementsOf({ answer, row, supplements }: KeptEvidence): readonly HeldSupplement[] {
  const own = firstCarried(heldAs(answer, row.media_type ?? undefined))
  return supplements.map((supplement) => {
    const signer = firstCarried(supplement)
    const isOwn = signer === undefined || (own !== undefined && sha256Hex(own) === sha256Hex(signer))
    return isOwn ? supplement : { ...supplement, signer }
  })
}

type Documents = Pick<
  EvidenceContent,
  'application' | 'answer' | 'acknowledgement' | 'signers' | 'stamp' | 'revocation'
>

function documentsOf(kept: KeptEvidence): Documents {
  const { request, answer, plan, row, acknowledgement } = kept
  const application = heldAs(request, plan && mediaTypeOf(plan))
  const answered = heldAs(answer, row.media_type ?? undefined)
  return {
    ...given('application', application),
    ...given('answer', answered),
    ...given('acknowledgement', acknowledgement),
    ...given('stamp', answered?.mediaType === MEDIA_TYPES.xml ? carriedStamp(answered.bytes) : undefined),
    ...revocationOf(kept, application),
    signers: {
      ...given('application', signerOf(application, plan)),
      ...given('answer', firstCarried(answered)),
      ...given('acknowledgement', firstCarried(heldAs(acknowledgement, MEDIA_TYPES.jws))),
    },
  }
}

/** A member only where there is something. */
const given = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value }

const firstCarried = (held: HeldDocument | undefined): Uint8Array | undefined =>
  held && carriedCertificates(held.bytes, held.mediaType)[0]

const heldAs = (bytes: Uint8Array | undefined, mediaType: string | undefined): HeldDocument | undefined =>
  bytes === undefined || mediaType === undefined ? undefined : { bytes, mediaType }

/** An application may carry several certificates: the one whose signature held is known. */
const signerOf = (application: HeldDocument | undefined, plan: ExchangePlan | undefined): Uint8Array | undefined =>
  application && offeredBy(application, plan).find((der) => sha256Hex(der) === plan?.signer.certificate)

function offeredBy({ bytes, mediaType }: HeldDocument, plan: ExchangePlan | undefined): readonly Uint8Array[] {
  if (plan?.format !== 'regix') return carriedCertificates(bytes, mediaType)
  const carried = carriedBySoap(bytes, bytes.length)
  return carried === undefined ? [] : [carried]
}

/** Of no use without the certificate, which the application carries. */
const revocationOf = (
  { revocationProofs: proofs, row }: KeptEvidence,
  application: HeldDocument | undefined,
): Pick<EvidenceContent, 'revocation'> => ({
  revocation: application === undefined || proofs.length === 0 ? {} : { application: { at: row.received_at, proofs } },
})

const registriesOf = (kept: KeptEvidence, reader: EvidenceReader, parts: ContentParts): readonly RegistryPart[] =>
  kept.outcomes
    .filter(({ operation }) => reader.view !== 'registry' || reader.registries.has(registryOf(operation)))
    .toSorted((one, other) => (one.call < other.call ? -1 : 1))
    .map((outcome) => registryPartOf(outcome, kept, reader, parts))

function registryPartOf(
  outcome: CallOutcome,
  { plan }: KeptEvidence,
  { view }: EvidenceReader,
  { fieldsOf }: ContentParts,
): RegistryPart {
  const { call, operation, received } = outcome
  const disclosed = plan?.calls.find(({ name }) => name === call.split('.')[0])?.disclosed ?? []
  const left = whyLeftOut(outcome, view, howWhole(fieldsOf(operation), disclosed))
  const about = canonicalJson({
    ...aboutCall(outcome, disclosed),
    // What left of it stands in the signed answer; whoever may not see that sees it here.
    ...given('evidence', view === 'registry' ? disclosedOf(outcome, disclosed) : undefined),
    ...given('answerLeftOut', left),
  })
  if (received === undefined) return { call, about }
  const answer = left === undefined ? bytesOf(received) : undefined
  return {
    call,
    about,
    ...given('answer', answer),
    ...given('salt', mayOpen(view, answer) ? saltOf(received) : undefined),
  }
}

const aboutCall = ({ call, operation, outcome, problem, provenance, received }: CallOutcome, disclosed: Fields) => ({
  ...{ call, operation, outcome, disclosed },
  ...given('problem', problem),
  ...given('provenance', provenance),
  ...given('received', received?.commit),
})

type Fields = readonly string[]

const disclosedOf = ({ evidence }: CallOutcome, disclosed: Fields): unknown =>
  evidence === undefined ? undefined : keepFields(evidence, disclosed)

const bytesOf = ({ mediaType, body }: KeptAnswer): HeldDocument | undefined =>
  body === undefined ? undefined : { mediaType, bytes: Buffer.from(body, 'base64') }

const saltOf = ({ salt }: KeptAnswer): Buffer => Buffer.from(salt, 'base64url')

/** A salt beside a commitment lets its holder try what it might be of: the consumer gets it with the answer only. */
const mayOpen = (view: View, answer: HeldDocument | undefined): boolean => view !== 'own' || answer !== undefined

type LeftOut =
  | 'none-came'
  | 'other-persons-data'
  | 'more-than-is-read'
  | 'not-agreed-whole'
  | 'operation-not-known'
  | 'kept-by-its-registry'

/** An answer may hold more than was agreed to leave: its consumer gets it where every field of it was. */
function whyLeftOut({ received, provenance }: CallOutcome, view: View, whole: Whole): LeftOut | undefined {
  if (received === undefined) return 'none-came'
  // A finding that stands, and from which nobody was dropped, was not kept because its registry tells too much.
  if (received.body === undefined)
    return provenance?.othersDropped === false ? 'more-than-is-read' : 'other-persons-data'
  if (view === 'registry') return 'kept-by-its-registry'
  return view === 'whole' || whole === 'whole' ? undefined : whole
}

type Whole = 'whole' | 'not-agreed-whole' | 'operation-not-known'

/** `owner.uic` is disclosed with `owner`. Of an operation whose adapter is left out, or gone, nobody can say what all of it would be. */
function howWhole(fields: Fields | undefined, disclosed: Fields): Whole {
  if (fields === undefined) return 'operation-not-known'
  const isShown = (field: string): boolean => disclosed.some((path) => field === path || field.startsWith(`${path}.`))
  return fields.every(isShown) ? 'whole' : 'not-agreed-whole'
}
