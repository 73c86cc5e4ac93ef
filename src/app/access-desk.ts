import type { AccessDesk } from '../http/broker.ts'
import type { Agreement, AgreementContent, AgreementDigest } from '../model/agreement.ts'
import type { AgreementView } from '../model/agreement-view.ts'
import { partyId, type PartyId, type ServiceRef } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import { forceOf } from '../policy/agreement/standing.ts'
import { stateOf } from '../policy/agreement/state.ts'
import { explain } from '../policy/explain.ts'
import { explainedTo } from '../policy/explain-to.ts'
import type { Governance } from '../policy/governance.ts'
import { agreementReader, isSide, mayHandIn, partiesSeenBy, totalsReader } from '../policy/may-see-agreement.ts'
import type { AccessRegister } from '../policy/register/access-register.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { isRecord } from '../schema/json.ts'
import { type AgreementQuotas, type TotalsOf, withoutFew } from './agreement-quotas.ts'
import type { Rules } from './rules.ts'

export interface DeskParts {
  readonly register: AccessRegister
  /** As they are now. */
  readonly rules: () => Rules
  readonly clock: () => Date
  /** Lets it end at a shutdown. */
  readonly track: <T>(work: () => Promise<T>) => Promise<T>
  readonly answerKeptHours: number
  /** Of agreements with a quota; one look for all. */
  readonly quotasOf: (
    agreements: readonly Agreement[],
    totalsOf: TotalsOf,
    at: Date,
  ) => Promise<ReadonlyMap<AgreementDigest, AgreementQuotas>>
}

/**
 * The register of agreements for those who come over a connection. A signature says who declares; who hands it in must
 * be the same party or its delegate, so that nobody declares with what was found on a wire.
 */
export function accessDesk(parts: DeskParts): AccessDesk {
  const { register, clock, track } = parts
  const governance = () => parts.rules().governance
  const viewsOf = async (reader: PartyId, agreements: readonly Agreement[]): Promise<AgreementView[]> => {
    const now = clock()
    const quotas = await parts.quotasOf(agreements, totalsFor(governance(), reader), now)
    return agreements.map((agreement) => {
      const standing = quotas.get(agreement.digest)
      // Who is none is told of no single questions, as in statistics.
      const told = isSide(governance(), reader, agreement.content) ? standing : withoutFew(standing)
      return viewOf(parts.rules(), agreement, now, told)
    })
  }
  const viewOfOne = async (reader: PartyId, agreement: Agreement): Promise<AgreementView> => {
    const [view] = await viewsOf(reader, [agreement])
    return view ?? viewOf(parts.rules(), agreement, clock(), undefined)
  }
  return {
    propose: async (sender, proposals) => {
      for (const { content, accept } of proposals) requireOwn(governance(), sender, accept, boundIn(content))
      return viewsOf(sender, await track(() => register.propose(proposals, clock())))
    },
    act: async (sender, jws, digest) => {
      const claim = claimOf(jws)
      if (digest !== undefined && claim.agreement !== undefined && claim.agreement !== digest)
        throw new BrokerError('request.body', 'the act is about another agreement than the address names')
      const known = claim.agreement === undefined ? undefined : await register.find(claim.agreement)
      requireOwn(governance(), sender, jws, known?.content)
      // Who is no side of it learns no more than of one that there is not, whatever is wrong with the act.
      const sees = agreementReader(governance(), sender)
      if (claim.agreement !== undefined && (known === undefined || !sees(known.content)))
        throw new BrokerError('agreement.unknown', 'no agreement of this digest is recorded')
      return viewOfOne(sender, await track(() => register.act(jws, clock())))
    },
    find: async (reader, digest) => {
      const sees = agreementReader(governance(), reader)
      const found = await register.find(digest)
      return found !== undefined && sees(found.content) ? viewOfOne(reader, found) : undefined
    },
    list: async (reader, { state, ...filter }, page) => {
      const sees = agreementReader(governance(), reader)
      const among = partiesSeenBy(governance(), reader)
      const now = clock()
      const from = { ...(among === undefined ? {} : { among }), ...(await placeOf(register, page.after, sees)) }
      const isWanted = ({ content, acts }: Agreement): boolean =>
        sees(content) && (state === undefined || stateOf(content, acts, now).name === state)
      const { agreements, next } = await pageOf(register.walk(filter, from), isWanted, page.limit)
      return { agreements: await viewsOf(reader, agreements), ...(next === undefined ? {} : { next }) }
    },
    explain: (reader, question) => explained(parts, reader, question),
  }
}

/** The owner's limits on the operations of an agreement, where they are the reader's business. */
function totalsFor(governance: Governance, reader: PartyId): TotalsOf {
  const sees = totalsReader(governance, reader)
  return ({ content: { provider, operations } }) => {
    const totals = sees(provider) ? governance.parties.get(provider)?.totals : undefined
    return operations.flatMap(({ operation }) => {
      const total = totals?.[operation]
      return total === undefined ? [] : [[operation, total.perDay] as const]
    })
  }
}

/** For the consumer and those who act for it, operators and auditors; for the owner of a registry what concerns that one. */
function explained(
  { rules, clock, answerKeptHours }: DeskParts,
  reader: PartyId,
  { service: ref, consumer: named }: Parameters<AccessDesk['explain']>[1],
): ReturnType<AccessDesk['explain']> {
  const { governance, catalogue } = rules()
  const service = catalogue.services.get(ref as ServiceRef)?.definition
  if (service === undefined)
    throw new BrokerError('service.unknown', 'no service of this name and version is in the catalogue')
  const consumer = partyId(named ?? reader)
  const whole = explain(governance, { consumer, service, at: clock(), answerKeptHours })
  const told = explainedTo(governance, reader, whole)
  if (told === undefined)
    throw new BrokerError('agreement.not-a-side', `what ${ref} would give ${consumer} is not your business`)
  return told as unknown as JsonObject
}

/** Where a page begins: after one that the reader may see. */
async function placeOf(
  register: AccessRegister,
  after: string | undefined,
  sees: ReturnType<typeof agreementReader>,
): Promise<{ readonly after?: string }> {
  if (after === undefined) return {}
  const last = await register.find(after)
  if (last === undefined || !sees(last.content))
    throw new BrokerError('request.parameter', 'after: not one of the agreements that are listed')
  return { after }
}

/** A page ends early where its agreements have very many acts: it has to fit into memory and an answer. */
const MOST_ACTS_OF_PAGE = 4000

async function pageOf(
  all: AsyncIterable<Agreement>,
  isWanted: (agreement: Agreement) => boolean,
  limit: number,
): Promise<{ readonly agreements: readonly Agreement[]; readonly next?: AgreementDigest }> {
  const agreements: Agreement[] = []
  let acts = 0
  for await (const agreement of all) {
    if (!isWanted(agreement)) continue
    const last = agreements.at(-1)
    if (last !== undefined && (agreements.length === limit || acts + agreement.acts.length > MOST_ACTS_OF_PAGE))
      return { agreements, next: last.digest }
    agreements.push(agreement)
    acts += agreement.acts.length
  }
  return { agreements }
}

const viewOf = (
  { governance, catalogue }: Rules,
  agreement: Agreement,
  now: Date,
  quotas: AgreementQuotas | undefined,
): AgreementView => ({
  digest: agreement.digest,
  content: agreement.content,
  acts: agreement.acts,
  state: stateOf(agreement.content, agreement.acts, now),
  ...forceOf(governance, catalogue.services.get(agreement.content.service)?.definition, agreement, now),
  ...closedOf(catalogue, agreement),
  ...quotas,
})

function closedOf({ operations }: Rules['catalogue'], { content }: Agreement): Pick<AgreementView, 'checksOnly'> {
  const closed = content.operations.filter(
    ({ operation, fields }) => fields.length > 0 && operations.get(operation)?.manifest.disclosure === 'checks-only',
  )
  return closed.length === 0 ? {} : { checksOnly: closed.map(({ operation }) => operation) }
}

/** What an act says of itself, before its signature is verified: enough to refuse, never enough to believe. */
function claimOf(jws: string): { readonly by?: PartyId; readonly agreement?: string } {
  try {
    const said: unknown = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
    if (!isRecord(said)) return {}
    const { by, agreement } = said
    return {
      ...(typeof by === 'string' ? { by: partyId(by) } : {}),
      ...(typeof agreement === 'string' ? { agreement } : {}),
    }
  } catch {
    return {}
  }
}

/** An act that claims nothing is left to the register, which refuses it by its signature or its content. */
function requireOwn(
  governance: Governance,
  sender: PartyId,
  jws: string,
  content: Parameters<typeof mayHandIn>[3],
): void {
  const signer = claimOf(jws).by ?? sender
  if (!mayHandIn(governance, sender, signer, content))
    throw new BrokerError('signature.party-mismatch', 'the act is signed by another party than the connection proves')
}

/** Consumer and delegate that a proposal names, as far as it can be read before it is judged. */
function boundIn(content: unknown): Parameters<typeof mayHandIn>[3] {
  if (!isRecord(content)) return undefined
  const { consumer, delegate } = content
  if (!isRecord(consumer) || !isRecord(delegate)) return undefined
  return { consumer, delegate } as unknown as Pick<AgreementContent, 'consumer' | 'delegate'>
}
