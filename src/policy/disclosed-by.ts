import type { ServiceCall } from '../model/service.ts'
import type { Grant } from './governance.ts'

/**
 * The fields of a call's evidence that a grant lets out: those of its operation, none where the call is withheld, or where the
 * owner discloses the operation as a check only, whatever was granted before its manifest said so.
 */
export const disclosedBy = (
  grant: Grant,
  { name, operation, checksOnly }: Pick<ServiceCall, 'name' | 'operation' | 'checksOnly'>,
): readonly string[] => (checksOnly === true || grant.withhold.includes(name) ? [] : (grant.disclose[operation] ?? []))
