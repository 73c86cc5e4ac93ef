import type { DispatchPorts } from '../dispatch/ports.ts'
import { askedAbout } from '../dispatch/asked-about.ts'
import { promisedAnswers } from '../dispatch/promised-answers.ts'
import { storeRows, type StoreRowsOptions } from '../dispatch/rows.ts'
import { storeBoard } from '../dispatch/store-board.ts'
import { closedBy } from './closed-by.ts'
import { countedRows } from './counted.ts'
import type { Capabilities } from './ports.ts'
import { marksOf } from './search.ts'

/** What dispatch needs, joined to what serves it. */
export function dispatchPortsOf(has: Omit<Capabilities, 'deferring'>): DispatchPorts {
  const { rules, adapters, store, log, clock, logger, observer } = has
  return {
    get operations() {
      return rules.catalogue.operations
    },
    ask: (operation, input, context) => adapters.ask(operation, input, context),
    isOpen: (registry) => adapters.isOpen(registry),
    rows: countedRows(
      storeRows({ db: store.db, locate: log.handleOf, asked: log.asked, about: aboutOf(has) }),
      has.metrics,
    ),
    laterAnswer: promisedAnswers({
      ...{ db: store.db, locate: log.handleOf, clock },
      callbackUrlOf: (registry) => has.registryNow(registry)?.callbackUrl,
    }),
    verifyAnswer: has.verifyAnswer,
    get limits() {
      return has.limits()
    },
    board: storeBoard(store),
    clock,
    consumerOf: (id) => {
      const party = rules.governance.parties.get(id)
      return { name: party?.name.bg ?? id, oid: party?.oid }
    },
    serviceTitle: (service) => rules.catalogue.services.get(service)?.definition.title.bg ?? service,
    closed: closedBy(has),
    log: logger,
    ...(observer === undefined ? {} : { observer }),
  }
}

/** Without a search key nobody is marked. */
function aboutOf({ rules, keys }: Pick<Capabilities, 'rules' | 'keys'>): NonNullable<StoreRowsOptions['about']> {
  const { marks } = marksOf(keys)
  return (plan, call) => {
    const operation = rules.catalogue.operations.get(call.planned.operation)
    if (marks === undefined || operation === undefined) return []
    return askedAbout(call, plan, operation).map((name) => ({ kind: name.identifierType, mark: marks.person(name) }))
  }
}
