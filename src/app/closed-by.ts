import type { ExchangePorts } from '../exchange/ports.ts'
import { closedTo } from '../policy/closed-to.ts'
import type { Rules } from './rules.ts'

/** May an exchange that was opened go on, by the rules in force now? */
export const closedBy =
  ({ rules, clock }: { readonly rules: Rules; readonly clock: () => Date }): ExchangePorts['closed'] =>
  (plan) => {
    const service = rules.catalogue.services.get(plan.service)?.definition
    return closedTo(plan, { governance: rules.governance, service }, clock())
  }
