import { randomUUID } from 'node:crypto'
import type { ActKind, AgreementAct, AgreementContent, AgreementDigest, BoundParty } from '../model/agreement.ts'
import { type OperationRef, type PartyId, partyId, registryOf, serviceRef } from '../model/ids.ts'
import type { LocalisedText } from '../model/localised.ts'

/** What `GET /v1/services` says of a service, as far as an agreement needs it. */
export interface ServiceOffer {
  readonly id: string
  readonly version: number
  readonly title: LocalisedText
  /** One question to one registry, for clients of RegiX. */
  readonly single?: boolean
  readonly legalBases: readonly string[]
  readonly calls: readonly { readonly name: string; readonly operation: OperationRef }[]
  /** Registry → SHA-256 of what the service asks it. */
  readonly asks: Readonly<Record<string, string>>
}

/** What `GET /v1/registries` says of a registry. */
export interface RegistryOffer {
  readonly id: string
  readonly name: LocalisedText
  readonly provider: string
  readonly operations: readonly OperationOffer[]
}

export interface OperationOffer {
  readonly operation: OperationRef
  readonly fields: readonly string[]
  /** Its owner lets no field out. */
  readonly disclosure?: 'checks-only'
}

/** What a consumer wants of a service; what is left out is as wide as the service is. */
export interface Wish {
  readonly consumer: BoundParty
  readonly purpose: string
  readonly validity: AgreementContent['validity']
  /** Only these registries; absent: every one that the service touches. */
  readonly registries?: readonly string[]
  readonly legalBases?: readonly string[]
  /** Operation → paths; absent: every field that it offers. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
  /** Registries of which only checks leave. */
  readonly checksOnly?: readonly string[]
  /** Calls of the service of which only checks leave. */
  readonly withhold?: readonly string[]
  readonly officials?: readonly string[]
  readonly perDay?: number
  readonly delegate?: BoundParty
  readonly openCase?: boolean
}

/** One agreement for each registry that the service touches, asked for together. */
export function agreementsFor(
  wish: Wish,
  service: ServiceOffer,
  registries: readonly RegistryOffer[],
  now: Date,
): AgreementContent[] {
  const request = randomUUID()
  const touched = new Set(service.calls.map(({ operation }) => registryOf(operation)))
  return registries
    .filter(({ id }) => touched.has(id) && (wish.registries?.includes(id) ?? true))
    .map((registry) => ({
      type: 'edno-agreement@1',
      id: randomUUID(),
      request,
      consumer: wish.consumer,
      provider: partyId(registry.provider),
      registry: registry.id,
      service: serviceRef(service.id, service.version),
      asks: service.asks[registry.id] ?? '',
      operations: operationsOf(wish, service, registry),
      withhold: callsOf(service, registry).filter((call) => wish.withhold?.includes(call)),
      legalBases: wish.legalBases ?? service.legalBases,
      purpose: wish.purpose,
      validity: wish.validity,
      ...conditionsOf(wish),
      createdAt: now.toISOString(),
    }))
}

const conditionsOf = ({ officials, perDay, delegate, openCase }: Wish): Partial<AgreementContent> => ({
  ...(officials === undefined ? {} : { officials }),
  ...(perDay === undefined ? {} : { quota: { perDay } }),
  ...(delegate === undefined ? {} : { delegate }),
  ...(openCase === true ? { openCase } : {}),
})

const callsOf = (service: ServiceOffer, { id }: RegistryOffer): string[] =>
  service.calls.filter(({ operation }) => registryOf(operation) === id).map(({ name }) => name)

function operationsOf(wish: Wish, service: ServiceOffer, registry: RegistryOffer): AgreementContent['operations'] {
  const used = new Set(service.calls.map(({ operation }) => operation))
  return registry.operations
    .filter(({ operation }) => used.has(operation))
    .map((offer) => ({ operation: offer.operation, fields: fieldsOf(wish, registry, offer) }))
}

/** Fields that are named are asked for as they are: edno says why it refuses them. */
function fieldsOf(wish: Wish, { id }: RegistryOffer, { operation, fields, disclosure }: OperationOffer): string[] {
  if (wish.checksOnly?.includes(id) === true) return []
  const named = wish.fields?.[operation]
  if (named !== undefined) return [...named]
  return disclosure === 'checks-only' ? [] : innermost(fields)
}

/** Each field by its own name: who decides sees all that would leave, and what a registry adds later is not meant. */
const innermost = (fields: readonly string[]): string[] =>
  fields.filter((field) => !fields.some((other) => other.startsWith(`${field}.`)))

/** What a party declares about an agreement, to be signed. */
export function actOn(
  { digest, content }: { readonly digest: AgreementDigest; readonly content: AgreementContent },
  declared: { readonly act: ActKind; readonly by: PartyId; readonly reason?: string },
  now: Date,
): AgreementAct {
  const { consumer, provider, registry, service } = content
  return {
    type: 'edno-agreement-act@1',
    agreement: digest,
    act: declared.act,
    by: declared.by,
    consumer: consumer.party,
    provider,
    registry,
    service,
    at: now.toISOString(),
    ...(declared.reason === undefined ? {} : { reason: declared.reason }),
  }
}
