import type { RecordedAct } from '../model/agreement.ts'
import type { DecidedResult, DecisionRecord } from '../model/decision.ts'
import { registryOf } from '../model/ids.ts'
import type { Counting } from '../model/quota.ts'
import type { Service } from '../model/service.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import { type Decision, decide } from './decide.ts'
import type { Governance } from './governance.ts'

/**
 * What these rules decide on a recorded question, as of `at`. Files have no history and speak as they are; of agreements
 * only what the deciding process had seen counts, or, as of another time than the record's, what was recorded by then. How
 * many questions had been used is taken from the record.
 */
export function decideAgain(
  governance: Governance,
  service: Service | undefined,
  record: DecisionRecord,
  at: Date,
): DecidedResult {
  const { question, result } = record
  if (service === undefined) return refused('service.unknown', `${question.service} is not in the catalogue`)
  try {
    const { position, ...rest } = question
    const decision = decide(asOf(governance, record, at), {
      ...rest,
      official: { position: position ?? '' },
      service,
      at,
    })
    if (decision.openCase && question.caseOpen !== true) return withoutCase(question.caseOpen)
    const short = overQuota(service, decision, result)
    if (short !== undefined) return refused('access.quota-exceeded', short)
    const { grant, agreements, disclosure } = decision
    return { granted: true, grant, ...(agreements === undefined ? {} : { agreements }), disclosure }
  } catch (error) {
    if (!(error instanceof BrokerError) || error.status >= 500) throw error
    return refused(error.code, error.detail)
  }
}

const refused = (code: string, detail: string): DecidedResult => ({ granted: false, code, detail })

const withoutCase = (open: boolean | undefined): DecidedResult =>
  refused('access.case-not-open', open === false ? 'its case was not open' : 'nobody looked whether its case was open')

/** Acts reach other processes up to a second after their time: what was seen is told by their sequence, where it is known. */
const wasSeen = ({ at: then, lastAct }: DecisionRecord, at: Date): ((act: RecordedAct) => boolean) =>
  lastAct !== undefined && Date.parse(then) === at.getTime()
    ? ({ sequence }) => sequence <= lastAct
    : ({ recordedAt }) => Date.parse(recordedAt) <= at.getTime()

/** The snapshot without what was declared later. */
const asOf = (governance: Governance, record: DecisionRecord, at: Date): Governance => ({
  ...governance,
  agreements: governance.agreements.flatMap((agreement) => {
    const acts = agreement.acts.filter(wasSeen(record, at))
    return acts.length === 0 ? [] : [acts.length === agreement.acts.length ? agreement : { ...agreement, acts }]
  }),
})

/** Which limits of today the questions of then would not fit into. */
function overQuota(service: Service, { counting }: Decision, { quotas = [] }: DecidedResult): string | undefined {
  const limits = limitsOf(service, counting)
  const short = quotas.filter(
    ({ name, used, wanted }) => used + wanted > (limits.get(name) ?? Number.POSITIVE_INFINITY),
  )
  return short.length === 0
    ? undefined
    : short
        .map(({ name, used, wanted }) => `${name}: ${used} used, ${wanted} more, limit ${limits.get(name)}`)
        .join('; ')
}

/** Agreements are named by their registry, totals by their operation. */
const limitsOf = (service: Service, counting: Readonly<Record<string, Counting>>): ReadonlyMap<string, number> =>
  new Map(
    service.calls.flatMap(({ name, operation }): [string, number][] => {
      const { perDay, total } = counting[name] ?? {}
      return [
        ...(perDay === undefined ? [] : [[registryOf(operation), perDay] as [string, number]]),
        ...(total === undefined ? [] : [[operation, total] as [string, number]]),
      ]
    }),
  )

/** What tells two decisions apart, a sentence each; none where they are the same. Words of details may change. */
export function differencesOf(then: DecidedResult, now: DecidedResult): readonly string[] {
  if (!then.granted || !now.granted) return differencesOfRefusals(then, now)
  return [
    ...(then.grant === now.grant ? [] : [`granted by ${then.grant}, now by ${now.grant}`]),
    ...differencesOfAgreements(then, now),
    ...differencesOfDisclosure(then.disclosure, now.disclosure),
  ]
}

function differencesOfRefusals(then: DecidedResult, now: DecidedResult): readonly string[] {
  if (!then.granted && !now.granted && then.code === now.code) return []
  return [`${sayResult(then)}, now ${sayResult(now)}`]
}

const sayResult = (result: DecidedResult): string =>
  result.granted ? `granted by ${result.grant}` : `refused (${result.code}: ${result.detail})`

type Granted = Extract<DecidedResult, { granted: true }>

function differencesOfAgreements(then: Granted, now: Granted): readonly string[] {
  const before = new Map((then.agreements ?? []).map(({ registry, ...rest }) => [registry, rest]))
  const after = new Map((now.agreements ?? []).map(({ registry, ...rest }) => [registry, rest]))
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((registry) => {
    const [one, other] = [before.get(registry), after.get(registry)]
    if (canonicalJson(one ?? null) === canonicalJson(other ?? null)) return []
    return [`${registry}: under ${one?.digest ?? 'no agreement'}, now ${other?.digest ?? 'no agreement'}`]
  })
}

function differencesOfDisclosure(then: Granted['disclosure'], now: Granted['disclosure']): readonly string[] {
  return [...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((call) => {
    const [one, other] = [say(then[call]), say(now[call])]
    return one === other ? [] : [`${call}: ${one}, now ${other}`]
  })
}

const say = (fields: readonly string[] | undefined): string =>
  fields === undefined ? 'not asked' : fields.length === 0 ? 'checks only' : fields.toSorted().join(' ')
