import type { OperationRef, PartyId } from '../model/ids.ts'
import { registryOf } from '../model/ids.ts'
import { isLeftOut, NONE_LEFT_OUT } from '../model/left-out.ts'
import type { Service } from '../model/service.ts'
import type { CatalogueSummary, Grant, Party } from './governance.ts'
import type { MistakeList, ReadDocument } from './read-documents.ts'

/** What a grant's file says; the same as `Grant` but for the words `checks-only`. */
export type GrantFile = Omit<Grant, 'disclose' | 'withhold'> & {
  readonly withhold?: readonly string[]
  readonly disclose: Readonly<Record<OperationRef, 'checks-only' | readonly string[]>>
}
type Optional = 'delegates' | 'totals' | 'contacts'
export type PartyFile = Omit<Party, Optional> & Partial<Pick<Party, Optional>>

export interface Documents {
  readonly parties: readonly ReadDocument<PartyFile>[]
  readonly grants: readonly ReadDocument<GrantFile>[]
  readonly legalBases: ReadonlySet<string>
  readonly catalogue: CatalogueSummary
}

const checkParties = ({ parties, legalBases }: Documents, mistakes: MistakeList): void => {
  const ids = new Set(parties.map(({ content }) => content.id))
  for (const { content, yaml } of parties) {
    for (const [index, delegate] of (content.delegates ?? []).entries()) {
      if (!ids.has(delegate)) mistakes.at(yaml, ['delegates', index], `the party ${delegate} does not exist`)
      if (delegate === content.id) mistakes.at(yaml, ['delegates', index], 'a party is not its own delegate')
    }
    const assumed = content.regix?.assumedLegalBasis
    if (assumed !== undefined && !legalBases.has(assumed))
      mistakes.at(yaml, ['regix', 'assumedLegalBasis'], `the legal basis ${assumed} does not exist`)
  }
}

const checkConsumer = (grant: ReadDocument<GrantFile>, { parties }: Documents, mistakes: MistakeList): void => {
  const consumer = parties.find(({ content }) => content.id === grant.content.consumer)
  if (consumer === undefined) {
    mistakes.at(grant.yaml, ['consumer'], `the party ${grant.content.consumer} does not exist`)
  } else if (consumer.content.role !== 'consumer') {
    mistakes.at(grant.yaml, ['consumer'], `${grant.content.consumer} is not a consumer`)
  }
}

const checkLegalBases = (
  { content, yaml }: ReadDocument<GrantFile>,
  service: Service | undefined,
  { legalBases }: Documents,
  mistakes: MistakeList,
): void => {
  for (const [index, code] of content.legalBases.entries()) {
    if (!legalBases.has(code)) mistakes.at(yaml, ['legalBases', index], `the legal basis ${code} does not exist`)
    else if (service !== undefined && !service.legalBases.includes(code)) {
      mistakes.at(yaml, ['legalBases', index], `${service.ref} does not rest on ${code}`)
    }
  }
}

/** A path names a field of the evidence, or all that lies below it. */
export const isField = (fields: readonly string[], path: string): boolean =>
  fields.some((field) => field === path || field.startsWith(`${path}.`))

const checkFields = (grant: ReadDocument<GrantFile>, { catalogue }: Documents, mistakes: MistakeList): void => {
  for (const [operation, disclosed] of Object.entries(grant.content.disclose) as [
    OperationRef,
    'checks-only' | readonly string[],
  ][]) {
    const known = catalogue.operations.get(operation)
    if (known === undefined) {
      if (!isOut(catalogue, registryOf(operation)))
        mistakes.at(grant.yaml, ['disclose', operation], `the operation ${operation} does not exist`)
      continue
    }
    if (disclosed === 'checks-only') continue
    if (known.checksOnly === true)
      mistakes.at(grant.yaml, ['disclose', operation], `${operation} is disclosed as a check only: say checks-only`)
    for (const [index, path] of disclosed.entries()) {
      if (!isField(known.fields, path)) {
        mistakes.at(grant.yaml, ['disclose', operation, index], `${operation} has no field ${path}`)
      }
    }
  }
}

const checkOperations = ({ content, yaml }: ReadDocument<GrantFile>, service: Service, mistakes: MistakeList): void => {
  const asked = new Set(service.calls.map(({ operation }) => operation))
  for (const operation of asked) {
    if (!Object.hasOwn(content.disclose, operation)) {
      mistakes.at(yaml, ['disclose'], `${service.ref} asks ${operation}: say which fields may leave, or checks-only`)
    }
  }
  for (const operation of Object.keys(content.disclose) as OperationRef[]) {
    if (!asked.has(operation)) mistakes.at(yaml, ['disclose', operation], `${service.ref} does not ask ${operation}`)
  }
}

const checkWithheld = ({ content, yaml }: ReadDocument<GrantFile>, service: Service, mistakes: MistakeList): void => {
  for (const [index, name] of (content.withhold ?? []).entries()) {
    if (!service.calls.some((call) => call.name === name)) {
      mistakes.at(yaml, ['withhold', index], `${service.ref} has no call ${name}`)
    }
  }
}

const checkApprovals = (
  { content, yaml }: ReadDocument<GrantFile>,
  service: Service | undefined,
  documents: Documents,
  mistakes: MistakeList,
): void => {
  const owners = ownersOf(documents.catalogue)
  const asked = new Set(service?.calls.map(({ operation }) => registryOf(operation)))
  for (const [registry, { by }] of Object.entries(content.approvals)) {
    const owner = owners.get(registry)
    if (owner === undefined) {
      if (!isOut(documents.catalogue, registry))
        mistakes.at(yaml, ['approvals', registry], `the registry ${registry} does not exist`)
    } else if (owner !== by) {
      mistakes.at(yaml, ['approvals', registry, 'by'], `${registry} belongs to ${owner}, not to ${by}`)
    } else if (!documents.parties.some((party) => party.content.id === by && party.content.role === 'provider')) {
      mistakes.at(yaml, ['approvals', registry, 'by'], `there is no provider ${by} among the parties`)
    }
    if (service !== undefined && owner !== undefined && !asked.has(registry)) {
      mistakes.at(yaml, ['approvals', registry], `${service.ref} does not ask ${registry}`)
    }
  }
}

const isOut = ({ leftOut = NONE_LEFT_OUT }: CatalogueSummary, registry: string): boolean => isLeftOut(leftOut, registry)

/** Registry → owner, from the manifests; of one that is left out where that can be read. */
export const ownersOf = ({ operations, leftOut = NONE_LEFT_OUT }: CatalogueSummary): ReadonlyMap<string, PartyId> =>
  new Map([
    ...[...leftOut.owners].flatMap(([registry, owner]) => (owner === undefined ? [] : [[registry, owner] as const])),
    ...[...operations].map(([operation, { provider }]) => [registryOf(operation), provider] as const),
  ])

const overlap = (one: GrantFile, other: GrantFile): boolean =>
  one.consumer === other.consumer &&
  one.service === other.service &&
  one.validFrom <= other.validUntil &&
  other.validFrom <= one.validUntil

/** Two grants for one question would leave the answer to chance. */
const checkOverlaps = ({ grants }: Documents, mistakes: MistakeList): void => {
  for (const [index, { content, yaml }] of grants.entries()) {
    const before = grants.slice(0, index).find((other) => overlap(other.content, content))
    if (before !== undefined) {
      mistakes.at(yaml, ['validFrom'], `the period overlaps with the grant ${before.content.id}`)
    }
  }
}

/** Services of one question are made from the files of their adapter: without it there is none. */
const isSingleQuestionToOneOut = ({ disclose }: GrantFile, catalogue: CatalogueSummary): boolean =>
  Object.keys(disclose).some((operation) => isOut(catalogue, registryOf(operation as OperationRef)))

const checkGrant = (grant: ReadDocument<GrantFile>, documents: Documents, mistakes: MistakeList): void => {
  const { content, yaml } = grant
  const service = documents.catalogue.services.find(({ ref }) => ref === content.service)
  if (service === undefined) {
    if (!isSingleQuestionToOneOut(content, documents.catalogue))
      mistakes.at(yaml, ['service'], `the service ${content.service} does not exist`)
  } else {
    checkOperations(grant, service, mistakes)
    checkWithheld(grant, service, mistakes)
  }
  if (content.validUntil < content.validFrom) mistakes.at(yaml, ['validUntil'], 'the period ends before it begins')
  checkConsumer(grant, documents, mistakes)
  checkLegalBases(grant, service, documents, mistakes)
  checkFields(grant, documents, mistakes)
  checkApprovals(grant, service, documents, mistakes)
}

/** What no single file can show: whether the files agree with each other and with the catalogue. */
export const crossCheck = (documents: Documents, mistakes: MistakeList): void => {
  checkParties(documents, mistakes)
  for (const grant of documents.grants) checkGrant(grant, documents, mistakes)
  checkOverlaps(documents, mistakes)
}
