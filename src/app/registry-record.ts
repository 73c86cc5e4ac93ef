import type { ExchangeRecord, RecordedDecision, RegistryExchangeRecord } from '../model/exchange-record.ts'

/**
 * What the owner of a registry may know of an exchange: calls that reached it, its own agreement. What others were asked, what
 * they answered, and how the whole ended is not in it, nor anything that this shows in.
 */
export function recordForRegistry(record: ExchangeRecord, registry: string): RegistryExchangeRecord {
  const calls = record.calls.filter((call) => call.registry === registry && call.startedAt !== undefined)
  const names = new Set(calls.map(({ call }) => call))
  const { exchangeId, consumer, onBehalfOf, service, legalBasis, official, receivedAt, signerCertificate } = record
  return {
    ...{ exchangeId, consumer, service, case: record.case, receivedAt },
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(legalBasis === undefined ? {} : { legalBasis }),
    ...(official === undefined ? {} : { official }),
    ...(signerCertificate === undefined ? {} : { signerCertificate }),
    calls,
    incidents: record.incidents.filter(({ call }) => names.has(call)),
    ...(record.decision === undefined ? {} : { decision: decisionFor(record.decision, registry, names) }),
  }
}

/** `managers.0` is an item of `managers`: fields are allowed for the call. */
const callOf = (name: string): string => name.split('.', 1)[0] ?? name

function decisionFor(
  { agreements, disclosure }: RecordedDecision,
  registry: string,
  calls: ReadonlySet<string>,
): NonNullable<RegistryExchangeRecord['decision']> {
  const planned = new Set([...calls].map(callOf))
  return {
    agreements: agreements.filter((agreement) => agreement.registry === registry),
    disclosure: Object.fromEntries(Object.entries(disclosure).filter(([call]) => planned.has(callOf(call)))),
  }
}
