import { ACCESS_PROBLEMS } from './families/access.ts'
import { AGREEMENT_PROBLEMS } from './families/agreement.ts'
import { APPLICANT_PROBLEMS } from './families/applicant.ts'
import { BROKER_PROBLEMS } from './families/broker.ts'
import { CORRECTION_PROBLEMS } from './families/correction.ts'
import { EXCHANGE_PROBLEMS } from './families/exchange.ts'
import { PROVIDER_PROBLEMS } from './families/provider.ts'
import { REGIX_PROBLEMS } from './families/regix.ts'
import { REQUEST_PROBLEMS } from './families/request.ts'
import { SERVICE_PROBLEMS } from './families/service.ts'
import { SIGNATURE_PROBLEMS } from './families/signature.ts'
import type { Row } from './families/row.ts'

/**
 * The problem table: the only place where a code meets HTTP, the advice to try again, and words for people.
 * `docs/problems.md` and the enum of `schemas/problem.v1.schema.json` are generated from it.
 *
 * The family says who must act: `request` the caller's software, `signature` the caller's keys, `applicant` the person
 * who applies, `access` governance, `agreement` the parties to one,
 * `service` the caller's choice of service, `exchange` and `correction` the caller, `regix` the software of
 * a caller that speaks RegiX, `provider` a registry owner, `broker` edno's operator.
 */
export const PROBLEMS = {
  ...REQUEST_PROBLEMS,
  ...SIGNATURE_PROBLEMS,
  ...APPLICANT_PROBLEMS,
  ...ACCESS_PROBLEMS,
  ...AGREEMENT_PROBLEMS,
  ...SERVICE_PROBLEMS,
  ...EXCHANGE_PROBLEMS,
  ...CORRECTION_PROBLEMS,
  ...REGIX_PROBLEMS,
  ...PROVIDER_PROBLEMS,
  ...BROKER_PROBLEMS,
} as const satisfies Record<string, Row>

export type ProblemCode = keyof typeof PROBLEMS

export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text)
