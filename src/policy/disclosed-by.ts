import type { ServiceCall } from '../model/service.ts'
import type { Grant } from './governance.ts'

/** The fields of a call's evidence that a grant lets out: those of its operation, none where the call is withheld. */
export const disclosedBy = (
  grant: Grant,
  { name, operation }: Pick<ServiceCall, 'name' | 'operation'>,
): readonly string[] => (grant.withhold.includes(name) ? [] : (grant.disclose[operation] ?? []))
