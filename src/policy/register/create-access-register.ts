import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Agreement, AgreementAct, AgreementContent, AgreementDigest, Side } from '../../model/agreement.ts'
import { BrokerError } from '../../problem/broker-error.ts'
import { canonicalJson, NotCanonical, sha256Hex } from '../../schema/canonical-json.ts'
import { compileSchema } from '../../schema/compile-schema.ts'
import {
  type AgreementActRow,
  insertAgreement,
  insertAgreementAct,
  lockAgreements,
  type NewAgreementAct,
} from '../../store/agreements.ts'
import { appendLogEntry } from '../../store/log-entries.ts'
import type { Executor } from '../../store/tables/tables.ts'
import { readContent, requireDisclosable, requireKnown } from '../agreement/judge-content.ts'
import { type Judge, readAct, requireConcerns } from '../agreement/read-act.ts'
import type { AccessRegister, Proposal, ProvenAct, RegisterParts } from './access-register.ts'
import { inTurn } from './in-turn.ts'
import { requireBoundKey, requireOwn, requirePossible, requireSide } from './judge-act.ts'
import { requireFewSuspensions, requireRoom } from './limits.ts'
import { recordedTime } from './recorded-time.ts'
import { agreementOf, payloadOf, readAgreements, recordedAct, walkAgreements } from './rows.ts'

/** A signed act, its signature proven, read. */
interface SignedAct {
  readonly jws: string
  readonly act: AgreementAct
  readonly proven: ProvenAct
}

/** A proposal that may be recorded, but for what else is recorded. */
interface Judged {
  readonly digest: AgreementDigest
  readonly canonical: string
  readonly content: AgreementContent
  readonly signed: SignedAct
}

const DIGEST = /^[0-9a-f]{64}$/

export function createAccessRegister(parts: RegisterParts): AccessRegister {
  const judgeContent = compileSchema(pathToFileURL(join(parts.schemasFolder, 'agreement.v1.schema.json')))
  const judgeAct = compileSchema(pathToFileURL(join(parts.schemasFolder, 'agreement-act.v1.schema.json')))
  const { db } = parts.store
  const record = inTurn(parts.store.transaction)

  const find = async (digest: string): Promise<Agreement | undefined> =>
    DIGEST.test(digest) ? (await readAgreements(db, { digest: digest as AgreementDigest }))[0] : undefined

  return {
    propose: async (proposals, at) => {
      const judged: Judged[] = []
      for (const proposal of proposals)
        judged.push(await judgeProposal(proposal, at, { parts, judgeContent, judgeAct }))
      const made = await record((tx) => recordProposals(tx, judged, parts))
      await parts.onRecorded()
      return made
    },
    act: async (jws, at) => {
      const signed = await prove(jws, at, parts, judgeAct)
      const agreement = await record((tx) => recordAct(tx, signed, parts))
      await parts.onRecorded()
      return agreement
    },
    find,
    list: (search) => readAgreements(db, search),
    walk: (search, from) => walkAgreements(db, search, from),
  }
}

async function prove(jws: string, at: Date, parts: RegisterParts, judge: Judge): Promise<SignedAct> {
  const proven = await parts.prove(jws, at)
  const act = readAct(proven.payload, judge)
  requireOwn(act, proven, at)
  return { jws, act, proven }
}

interface Judging {
  readonly parts: RegisterParts
  readonly judgeContent: Judge
  readonly judgeAct: Judge
}

async function judgeProposal(proposal: Proposal, at: Date, judging: Judging): Promise<Judged> {
  const { parts, judgeContent, judgeAct } = judging
  const content = readContent(proposal.content, judgeContent)
  const canonical = canonicalOf(content)
  const digest = sha256Hex(canonical) as AgreementDigest
  const signed = await prove(proposal.accept, at, parts, judgeAct)
  const { act, proven } = signed
  if (act.agreement !== digest)
    throw new BrokerError('agreement.content', 'the acceptance is one of another agreement than the content is')
  requireConcerns(act, content)
  const world = parts.world()
  if (act.act !== 'accept' || requireSide(content, act.by, world.governance) !== 'consumer')
    throw new BrokerError('agreement.not-a-side', 'an agreement is proposed with the acceptance of its consumer')
  requireKnown(content, world, at)
  requireBoundKey(content, act, 'consumer', proven.signer.key)
  return { digest, canonical, content, signed }
}

function canonicalOf(content: AgreementContent): string {
  try {
    return canonicalJson(content)
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error
    throw new BrokerError('agreement.content', 'the content has no canonical JSON', { cause: error })
  }
}

async function recordProposals(
  tx: Executor,
  proposals: readonly Judged[],
  parts: RegisterParts,
): Promise<readonly Agreement[]> {
  await lockAgreements(tx)
  const at = await recordedTime(tx, parts.clock)
  const contents = proposals.map(({ content }) => content)
  await requireRoom(tx, contents, at, parts.limits)
  const made: Agreement[] = []
  for (const { digest, canonical, content, signed } of proposals) {
    const { consumer, provider, registry, service, request } = content
    const keys = { digest, consumer: consumer.party, provider, registry, service, request }
    const row = { ...keys, content: Buffer.from(canonical), recorded_at: at }
    if (!(await insertAgreement(tx, row)))
      throw new BrokerError('agreement.act-refused', 'this agreement was proposed before')
    const act = await write(tx, { signed, content, side: 'consumer' }, at, parts)
    made.push(agreementOf(row, [act]))
  }
  return made
}

/** Judged by what is recorded, under the lock under which it is recorded. */
async function recordAct(tx: Executor, signed: SignedAct, parts: RegisterParts): Promise<Agreement> {
  await lockAgreements(tx)
  const at = await recordedTime(tx, parts.clock)
  const { act, proven } = signed
  const [agreement] = await readAgreements(tx, { digest: act.agreement })
  if (agreement === undefined) throw new BrokerError('agreement.unknown', 'no agreement of this digest is recorded')
  const { content, acts } = agreement
  requireConcerns(act, content)
  const { governance, catalogue } = parts.world()
  const side = requireSide(content, act.by, governance)
  requirePossible(content, acts, { act, side }, at)
  if (act.act === 'accept') requireDisclosable(content, catalogue)
  requireFewSuspensions(acts, { act, side }, parts.limits)
  requireBoundKey(content, act, side, proven.signer.key)
  const row = await write(tx, { signed, content, side }, at, parts)
  return { ...agreement, acts: [...acts, recordedAct(row)] }
}

interface Declared {
  readonly signed: SignedAct
  readonly content: AgreementContent
  readonly side: Side
}

/** The act and its entry of the exchange log, in the same transaction. */
async function write(tx: Executor, declared: Declared, at: Date, parts: RegisterParts): Promise<AgreementActRow> {
  const { signed, content, side } = declared
  const { act, jws, proven } = signed
  const row: NewAgreementAct = {
    agreement: act.agreement,
    act: act.act,
    party: act.by,
    side,
    jws,
    act_digest: Buffer.from(sha256Hex(payloadOf(jws)), 'hex'),
    recorded_at: at,
  }
  const sequence = await insertAgreementAct(tx, row)
  if (sequence === undefined) throw new BrokerError('agreement.act-refused', 'this act was declared before')
  const { certificate } = proven.signer
  await appendLogEntry(tx, parts.entryOf({ act, content, side, certificate, jws, at }))
  return { ...row, sequence }
}
