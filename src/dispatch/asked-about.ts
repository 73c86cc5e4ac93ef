import type { IdentifierType } from '../model/application.ts'
import type { ExchangePlan } from '../model/exchange.ts'
import type { Json } from '../model/json.ts'
import type { PersonName } from '../model/person.ts'
import { isEgn, isEik, isLnch } from '../schema/identifiers.ts'
import type { DispatchedOperation } from './ports.ts'
import type { ReadyCall } from './schedule.ts'

const HOLDS: Readonly<Record<IdentifierType, (text: string) => boolean>> = { egn: isEgn, lnch: isLnch, eik: isEik }

/**
 * Whom a question is about; nobody where it is about a thing, or has no subject. Where the registry takes numbers of
 * several kinds, the application says which it is; where it does not, every kind that the number may be is taken, so that
 * nobody who was asked about is left out.
 */
export function askedAbout(
  { input }: Pick<ReadyCall, 'input'>,
  plan: Pick<ExchangePlan, 'applicant' | 'application'>,
  { manifest, subjectKinds = [] }: Pick<DispatchedOperation, 'manifest' | 'subjectKinds'>,
): readonly PersonName[] {
  if (manifest.subject === 'none') return []
  const identifier = input[manifest.subject.input]
  if (identifier === undefined) return []
  const told = new Set(subjectKinds.length > 1 ? kindsTold(identifier, plan) : subjectKinds)
  const named = subjectKinds.filter((kind) => told.has(kind))
  const kinds = named.length > 0 ? named : subjectKinds.filter((kind) => HOLDS[kind](identifier))
  return kinds.map((identifierType) => ({ identifierType, identifier }))
}

/** As what the application has this number: of the applicant, or beside a word for the kind in its body. */
function kindsTold(
  identifier: string,
  { applicant, application }: Pick<ExchangePlan, 'applicant' | 'application'>,
): readonly string[] {
  const own = applicant?.identifier === identifier ? [applicant.identifierType] : []
  return [...own, ...wordsBeside(identifier, application)]
}

function wordsBeside(identifier: string, value: Json): readonly string[] {
  if (value === null || typeof value !== 'object') return []
  const members = Object.values(value) as readonly Json[]
  const here = members.includes(identifier) ? members.filter((member) => typeof member === 'string') : []
  return [...here, ...members.flatMap((member) => wordsBeside(identifier, member))]
}
