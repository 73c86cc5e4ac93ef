/** Branded identifiers: two kinds of string that cannot be mixed up by accident. */
type Brand<Name extends string> = string & { readonly __brand: Name }

/** A party of the register: consumer, provider, auditor or operator (`troyan`, `grao`). */
export type PartyId = Brand<'PartyId'>
/** UUIDv7 in lower case, made by the consumer; unique together with the consumer. */
export type ExchangeId = Brand<'ExchangeId'>
/** `taxi-permit@1` */
export type ServiceRef = Brand<'ServiceRef'>
/** `civil-registry/valid-person@1` */
export type OperationRef = Brand<'OperationRef'>

/** Takes the word as it stands: whether there is such a party is governance's affair. */
export const partyId = (text: string): PartyId => text as PartyId
/** Takes the word as it stands; a new application brings one of its own. */
export const exchangeId = (text: string): ExchangeId => text as ExchangeId
export const serviceRef = (id: string, version: number): ServiceRef => `${id}@${version}` as ServiceRef
export const operationRef = (text: string): OperationRef => text as OperationRef

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** RFC 9562 text form, lower case only, so that one id has one spelling. */
export const isExchangeId = (text: string): text is ExchangeId => UUID.test(text)

/** The registry part of an operation: `civil-registry/valid-person@1` → `civil-registry`. */
export const registryOf = (operation: OperationRef): string => operation.slice(0, operation.indexOf('/'))
