import { isSingleOfLeftOut } from '../catalogue/regix-services.ts'
import type { ExchangePorts } from '../exchange/ports.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import type { Service } from '../model/service.ts'
import { closedTo } from '../policy/closed-to.ts'
import type { Rules } from './rules.ts'

/** May an exchange that was opened go on, by the rules in force now? */
export const closedBy =
  ({ rules, clock }: { readonly rules: Rules; readonly clock: () => Date }): ExchangePorts['closed'] =>
  (plan) => {
    const { catalogue, governance } = rules
    const known = catalogue.services.get(plan.service)?.definition
    const service = known ?? (isSingleOfLeftOut(catalogue.leftOut, plan.service) ? asPlanned(plan) : undefined)
    return closedTo(plan, { governance, service }, clock())
  }

/**
 * A single question stands in the files of its adapter: while these are refused its plan says what it asks, and it waits for them
 * as any other does that asks there.
 */
const asPlanned = ({ service, legalBasis, calls, checks }: ExchangePlan): Service => ({
  ...{ ref: service, id: service, version: 0, title: { bg: service, en: service }, iisda: null, demonstration: false },
  ...{ single: true, legalBases: [legalBasis.code], deadlineMs: 0, applicantSignature: 'none', checks },
  calls: calls.map((call) => ({ ...call, referenced: [] })),
})
