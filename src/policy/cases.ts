import type { CaseRequest, CaseView } from '../model/case.ts'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { type CaseRow, closeCase, findCase, openCase } from '../store/cases.ts'
import type { Executor } from '../store/tables/tables.ts'
import { actsFor } from './acts-for.ts'
import { mayActFor } from './agreement/delegates.ts'
import { requireCaseNumber } from './case-number.ts'
import type { Governance } from './governance.ts'

/**
 * The cases that consumers say are open, for agreements that allow no question without one. A number is kept for its
 * consumer only; it stands in no log.
 */
export interface Cases {
  /** Opened again after a closing; one that is open stays as it is. */
  readonly open: (request: CaseRequest) => Promise<{ readonly view: CaseView; readonly fresh: boolean }>
  readonly close: (request: CaseRequest) => Promise<CaseView>
  readonly find: (request: CaseRequest) => Promise<CaseView>
  readonly isOpen: (consumer: PartyId, number: string) => Promise<boolean>
}

export interface CaseParts {
  readonly db: Executor
  readonly governance: () => Governance
  readonly clock: () => Date
}

export function createCases({ db, governance, clock }: CaseParts): Cases {
  const find = async (request: CaseRequest): Promise<CaseView> => {
    const row = await findCase(db, request.consumer, request.number)
    if (row === undefined) throw new BrokerError('access.case-unknown', 'no case of this consumer has this number')
    return viewOf(row)
  }
  const act = ({ party, consumer, number }: CaseRequest) => ({ consumer, number, by: party, at: clock() })
  /** Only named by agreements, a delegate keeps what nobody else opened or closed. */
  const requireKept = async (request: CaseRequest): Promise<void> => {
    requireKeeper(governance(), request, clock())
    if (actsFor(governance(), request.party, request.consumer)) return
    const row = await findCase(db, request.consumer, request.number)
    if (row !== undefined && [row.openedBy, row.closedBy ?? row.openedBy].some((by) => by !== request.party))
      throw new BrokerError('access.delegation', `${request.party} keeps only what it opened for ${request.consumer}`)
  }
  return {
    open: async (request) => {
      requireCaseNumber(request.number, 'request.parameter')
      await requireKept(request)
      const fresh = await openCase(db, act(request))
      if (!fresh) await requireKept(request)
      return { view: await find(request), fresh }
    },
    close: async (request) => {
      requireCaseNumber(request.number, 'request.parameter')
      await requireKept(request)
      await closeCase(db, act(request))
      return find(request)
    },
    find: async (request) => {
      requireCaseNumber(request.number, 'request.parameter')
      await requireKept(request)
      return find(request)
    },
    isOpen: async (consumer, number) => (await findCase(db, consumer, number))?.closedAt === null,
  }
}

const viewOf = ({ openedAt, closedAt }: CaseRow): CaseView => ({
  state: closedAt === null ? 'open' : 'closed',
  openedAt: openedAt.toISOString(),
  ...(closedAt === null ? {} : { closedAt: closedAt.toISOString() }),
})

/** The consumer itself, or a delegate, recorded or named in an agreement in force; both active. */
function requireKeeper(governance: Governance, { party, consumer }: CaseRequest, at: Date): void {
  const kept = governance.parties.get(consumer)
  if (kept?.state !== 'active' || governance.parties.get(party)?.state !== 'active')
    throw new BrokerError('access.suspended', `${party} or ${consumer} is not an active party`)
  if (kept.role !== 'consumer') throw new BrokerError('access.not-granted', `${consumer} is not a consumer`)
  if (!mayActFor(governance, party, consumer, at))
    throw new BrokerError('access.delegation', `${party} is no delegate of ${consumer}`)
}
