import type { DecidedResult, DecisionRecord } from '../model/decision.ts'
import type { ExchangeId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { AccessQuestion, Decision, ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'decide' | 'governanceDigest' | 'lastAct' | 'isCaseOpen'>

/** Told what was decided and why; the last word counts. */
export type Tell = (record: DecisionRecord) => void

/** What is decided about one exchange. */
export interface Judged {
  readonly exchangeId: ExchangeId
  readonly question: AccessQuestion
  /** Number of its case; stands in no record. */
  readonly case: string
}

/** Access by policy, then the open case where the decision wants one; told with its reasons, granted or refused. */
export async function judge(
  judged: Judged,
  ports: Needs,
  tell: Tell,
): Promise<Decision & { readonly record: DecisionRecord }> {
  const { question } = judged
  const rules = { governance: ports.governanceDigest(), lastAct: ports.lastAct() }
  let official: string | undefined
  let caseOpen: boolean | undefined
  const recordOf = (result: DecidedResult): DecisionRecord => write(judged, { ...rules, official, caseOpen, result })
  try {
    const decision = ports.decide(question)
    official = decision.official
    if (decision.openCase === true) {
      caseOpen = await ports.isCaseOpen(question.consumer, judged.case)
      requireOpenCase(caseOpen)
    }
    const { grant, agreements, file, disclosure } = decision
    const record = recordOf({
      granted: true,
      grant,
      ...(agreements === undefined ? {} : { agreements }),
      ...(file === undefined ? {} : { file }),
      disclosure,
    })
    tell(record)
    return { ...decision, record }
  } catch (error) {
    if (error instanceof BrokerError && error.status < 500)
      tell(recordOf({ granted: false, code: error.code, detail: error.detail }))
    throw error
  }
}

function requireOpenCase(open: boolean): void {
  if (!open) throw new BrokerError('access.case-not-open', 'the agreement allows no question without an open case')
}

function write(
  { exchangeId, question }: Judged,
  told: Pick<DecisionRecord, 'governance' | 'result'> & {
    readonly lastAct: number
    readonly official: string | undefined
    readonly caseOpen: boolean | undefined
  },
): DecisionRecord {
  const { consumer, signer, service, legalBasis, at } = question
  return {
    v: 1,
    at: at.toISOString(),
    exchangeId,
    governance: told.governance,
    lastAct: told.lastAct,
    question: {
      consumer,
      signer,
      service: service.ref,
      legalBasis,
      ...(told.official === undefined ? {} : { position: told.official }),
      ...(told.caseOpen === undefined ? {} : { caseOpen: told.caseOpen }),
    },
    result: told.result,
  }
}
