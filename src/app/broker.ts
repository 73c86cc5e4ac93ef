import type { ExchangePorts } from '../exchange/ports.ts'
import { preview } from '../exchange/preview.ts'
import { runExchange } from '../exchange/run-exchange.ts'
import { receiptHeader } from '../exchange-log/receipt.ts'
import type { AccessDesk, Broker, Readiness, RegistryView } from '../http/broker.ts'
import type { PartyId } from '../model/ids.ts'
import { asksOf } from '../policy/agreement/asks.ts'
import { readableBy } from '../policy/may-read.ts'
import { requireTrusted } from '../policy/require-trusted.ts'
import { expirySummary } from '../pki/expiry.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { writeTrustDocument } from '../signature/trust-document.ts'
import { accessDesk } from './access-desk.ts'
import { agreementQuotas } from './agreement-quotas.ts'
import type { Capabilities } from './ports.ts'
import { planView } from './plan-view.ts'
import type { Running } from './running.ts'

/** What the bindings may ask, on top of the line and its capabilities. */
export function brokerOf(has: Capabilities, ports: ExchangePorts, running: Running): Broker {
  const { rules, certificates, log, clock } = has
  return {
    run: (received) => running.admit(() => runExchange(received, ports)),
    preview: (received) =>
      running.admit(async () =>
        planView(await preview(received, ports), rules.catalogue, has.config.retention.answerHours),
      ),
    exchangeOf: async (reader, id) =>
      firstOf(readableBy(rules.governance, reader), (consumer) => log.exchangeOf(consumer, id)),
    receiptOf: async (reader, id, waitMs) =>
      firstOf(readableBy(rules.governance, reader), (consumer) => log.waitForReceipt(consumer, id, waitMs)),
    receiptHeader,
    partyOf: (sha256, der) => {
      const found = certificates.directories.connections.find(sha256, der)
      const now = clock()
      return found !== undefined && now >= found.notBefore && now <= found.notAfter ? found.party : undefined
    },
    judgeConnection: async (sha256) => {
      const found = certificates.directories.connections.find(sha256)
      if (found === undefined) throw new BrokerError('access.unknown-party', 'the client certificate is not registered')
      await requireTrusted(certificates.trust, found.held, 'tls-client', clock())
    },
    cases: has.cases,
    access: deskOf(has, running),
    services: () =>
      [...rules.catalogue.services.values()].map(({ definition }) => ({
        ...definition,
        asks: asksOf(definition),
      })),
    registries: () => registriesOf(has),
    trust: trustDocumentOf(has),
    ready: rarely(() => readinessOf(has, running)),
  }
}

const deskOf = ({ register, rules, clock, store, config }: Capabilities, running: Running): AccessDesk =>
  accessDesk({
    register,
    rules: () => rules,
    clock,
    track: (work) => running.track(work),
    quotasOf: (agreements, totalsOf, at) => agreementQuotas(store, agreements, totalsOf, at),
    answerKeptHours: config.retention.answerHours,
  })

async function firstOf<T>(
  consumers: readonly PartyId[],
  look: (consumer: PartyId) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const consumer of consumers) {
    const found = await look(consumer)
    if (found !== undefined) return found
  }
  return undefined
}

function registriesOf({ rules }: Capabilities): RegistryView[] {
  return [...rules.catalogue.adapters.values()].map(({ manifest, operations }) => ({
    id: manifest.id,
    name: manifest.registry.name,
    provider: manifest.provider.id,
    operations: operations.map(({ ref, title, fields }) => ({ operation: ref, title, fields })),
  }))
}

const LOOKED_AT_EVERY_MS = 1000

/** Anybody may ask whether edno is ready: the database is looked at once a second, however many ask. */
function rarely<T>(look: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at > LOOKED_AT_EVERY_MS) last = { at: now, result: look() }
    return last.result
  }
}

const TRUST_KEPT_MS = 60_000

/** Signed anew once a minute at most: it is open to everybody, and a signature costs more than a question. */
function trustDocumentOf({ sealers, log, clock }: Capabilities): () => string {
  let kept: { readonly text: string; readonly at: number } | undefined
  return () => {
    const now = clock()
    if (kept === undefined || Math.abs(now.getTime() - kept.at) > TRUST_KEPT_MS)
      kept = { text: writeTrustDocument(sealers, log.vkey, now), at: now.getTime() }
    return kept.text
  }
}

async function readinessOf({ store, log, certificates, clock }: Capabilities, running: Running): Promise<Readiness> {
  const database = await store.ping().catch((error: unknown) => BrokerError.from(error).code)
  const checks = { database, log: log.state(), accepting: running.accepting ? 'ok' : 'shutting down' }
  // Told, but no reason to send callers away: each certificate is judged where it is used.
  const told = { certificates: expirySummary(certificates.expiring(clock())) }
  return { ready: Object.values(checks).every((check) => check === 'ok'), checks: { ...checks, ...told } }
}
