import type { Mandate, ServiceCall } from '../model/service.ts'
import type { Lint } from './lint.ts'

type Mandated = Lint & { readonly file: { readonly mandate: Mandate } }

/**
 * A mandate must be decidable: one required question to one register about one firm, and a field of its answer that names
 * people. Gives the calls, of which that one is asked for the field too.
 */
export function lintMandate(lint: Lint, calls: readonly ServiceCall[]): readonly ServiceCall[] {
  if (!isMandated(lint)) return calls
  const { file, report } = lint
  if ((file.applicantSignature ?? 'none') === 'none')
    report(['mandate'], 'is read only where applicantSignature is wanted')
  const call = calls.find(({ name }) => name === file.mandate.call)
  if (call === undefined) report(['mandate', 'call'], `the service has no call ${file.mandate.call}`)
  else lintCall(lint, call)
  const referenced = [...new Set([...(call?.referenced ?? []), file.mandate.representatives])].sort()
  return calls.map((each) => (each === call ? { ...each, referenced } : each))
}

const isMandated = (lint: Lint): lint is Mandated => lint.file.mandate !== undefined

function lintCall({ file: { mandate }, report, operations }: Mandated, call: ServiceCall): void {
  if (call.forEach !== undefined || call.need !== 'required')
    report(['mandate', 'call'], 'a call that is required, and made once, is expected')
  if (!Object.hasOwn(call.input, mandate.firm))
    report(['mandate', 'firm'], `${mandate.call} has no input ${mandate.firm}`)
  if (call.checksOnly === true)
    report(['mandate', 'call'], `${call.operation} is disclosed as a check only: nothing but checks may read it`)
  if (operations.get(call.operation)?.fields.includes(mandate.representatives) === false)
    report(['mandate', 'representatives'], `${call.operation} has no field ${mandate.representatives}`)
}
