import type { DispatchPorts } from '../dispatch/ports.ts'
import { storeRows } from '../dispatch/rows.ts'
import { storeBoard } from '../dispatch/store-board.ts'
import { RETENTION_CLASS } from '../store/month-keys.ts'
import { closedBy } from './closed-by.ts'
import type { Capabilities } from './ports.ts'
import { limitsOf } from './registry-limits.ts'

/** What dispatch needs, joined to what serves it. */
export function dispatchPortsOf(has: Omit<Capabilities, 'deferring'>): DispatchPorts {
  const { config, rules, adapters, store, log, clock, logger, observer } = has
  return {
    operations: rules.catalogue.operations,
    ask: adapters.ask,
    rows: storeRows({ db: store.db, locate: log.handleOf, retentionClass: RETENTION_CLASS, asked: log.asked }),
    limits: limitsOf(rules.catalogue, config),
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
