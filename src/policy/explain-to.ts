import type { PartyId } from '../model/ids.ts'
import type { Explanation, ExplainedCall, ExplainedRegistry } from './explain.ts'
import type { Governance } from './governance.ts'
import { agreementReader } from './may-see-agreement.ts'

/** What one party declared to another is nobody else's: of a registry of others only that it would be asked. */
export interface ExplainedOfOthers extends Pick<ExplainedRegistry, 'registry' | 'owner'> {
  readonly calls: readonly Omit<ExplainedCall, 'fields'>[]
}

export interface ExplainedToReader extends Omit<Explanation, 'registries'> {
  readonly registries: readonly (ExplainedRegistry | ExplainedOfOthers)[]
}

/**
 * An explanation as far as it is this reader's business. The consumer, those who act for it, operators and auditors see
 * all of it; the owner of a registry what concerns that one, and whether the whole is allowed. Undefined: nothing of it.
 */
export function explainedTo(
  governance: Governance,
  reader: PartyId,
  whole: Explanation,
): ExplainedToReader | undefined {
  const sees = agreementReader(governance, reader)
  const isSide = (party: PartyId) => sees({ consumer: { party, keys: [] }, provider: party })
  if (isSide(whole.consumer)) return whole
  const isOwn = ({ registry }: ExplainedRegistry): boolean => {
    const owner = governance.owners.get(registry)
    return owner !== undefined && isSide(owner)
  }
  if (whole.registries.every(isOwn)) return whole.registries.length === 0 ? undefined : whole
  return whole.registries.some(isOwn) ? inPart(whole, isOwn) : undefined
}

/** The grant joins what all owners agreed, and a refusal tells what each of them lacks: both are left out. */
function inPart(
  { grant: _joined, legalBases: _ofAll, refusal, ...rest }: Explanation,
  isOwn: (registry: ExplainedRegistry) => boolean,
): ExplainedToReader {
  return {
    ...rest,
    ...(refusal === undefined
      ? {}
      : {
          refusal: {
            code: refusal.code,
            detail: 'what is missing is told to the consumer, and to each owner its part',
          },
        }),
    legalBases: [],
    registries: rest.registries.map((registry) => (isOwn(registry) ? registry : withoutTerms(registry))),
  }
}

const withoutTerms = ({ registry, owner, calls }: ExplainedRegistry): ExplainedOfOthers => ({
  registry,
  ...(owner === undefined ? {} : { owner }),
  calls: calls.map(({ fields: _theirs, ...call }) => call),
})
