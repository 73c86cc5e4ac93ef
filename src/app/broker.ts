import type { ExchangePorts } from '../exchange/ports.ts'
import { preview } from '../exchange/preview.ts'
import { receiptHeader } from '../exchange-log/receipt.ts'
import { storedLog } from '../exchange-log/stored-log.ts'
import type { AccessDesk, Broker, RegistryView } from '../http/broker.ts'
import type { PartyId } from '../model/ids.ts'
import { asksOf } from '../policy/agreement/asks.ts'
import { requireOverseer } from '../policy/may-audit.ts'
import { readableBy } from '../policy/may-read.ts'
import { requireTrusted } from '../policy/require-trusted.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { writeTrustDocument } from '../signature/trust-document.ts'
import { accessDesk } from './access-desk.ts'
import { agreementQuotas } from './agreement-quotas.ts'
import { auditDesk } from './audit-desk.ts'
import { auditReporter } from './audit-report.ts'
import { exchangeCanceller } from './cancel.ts'
import { correctionDesk } from './correction-desk.ts'
import { dataTracker } from './data-tracker.ts'
import { evidenceDesk } from './evidence-desk.ts'
import { exchangeDesk, type ExchangeDeskParts } from './exchange-desk.ts'
import { exchangeBook } from './exchange-book.ts'
import { headDesk } from './heads.ts'
import { personDesk } from './person-desk.ts'
import type { Capabilities } from './ports.ts'
import { planView } from './plan-view.ts'
import { pushedAnswerDesk } from './pushed-answers.ts'
import { marksOf } from './search.ts'
import { regixDesk } from './regix-desk.ts'
import { registryDesk } from './registry-desk.ts'
import { registryPages } from './registry-pages.ts'
import type { Running } from './running.ts'
import { statisticsDesk } from './statistics.ts'

export interface BrokerParts extends Pick<ExchangeDeskParts, 'running' | 'followers' | 'stops'> {
  readonly ready: Broker['ready']
  /** Public keys of callbacks. */
  readonly callbackKeys: readonly string[]
}

/** What the bindings may ask, on top of the line and its capabilities. */
export function brokerOf(has: Capabilities, ports: ExchangePorts, parts: BrokerParts): Broker {
  const { rules, certificates, log, clock } = has
  const [{ running }, desk] = [parts, { has, ports, ...parts }]
  const evidence = evidenceDesk(has)
  const exchanging = exchangeDesk(desk)
  const access = deskOf(has, running)
  return {
    ...exchanging,
    regix: regixDesk({ ...has, ...exchanging }),
    pushed: pushedAnswerDesk(has),
    exchanges: exchangeBook({ ...has, ...marksOf(has.keys) }),
    audit: auditDesk({ ...has, ...evidence }),
    persons: personDesk(has),
    tracker: dataTracker(has),
    corrections: correctionDesk(has),
    statistics: statisticsDesk(has),
    auditReport: auditReporter(has),
    ...evidence,
    cancel: exchangeCanceller(desk),
    preview: (received) =>
      running.admit(received.connection, async () =>
        planView(await preview(received, ports), rules.catalogue, has.config.retention.answerHours),
      ),
    ...receiptDesk(has),
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
    readLog: storedLog(has.store.db, log.vkey).read,
    cases: has.cases,
    access,
    heads: headDesk(has.store.db),
    services: () =>
      [...rules.catalogue.services.values()].map(({ definition }) => ({
        ...definition,
        asks: asksOf(definition),
      })),
    registries: () => registriesOf(has),
    registryPage: registryPages(has),
    registryStatus: registryDesk({ ...has, access }),
    trust: trustDocumentOf(has, parts.callbackKeys),
    ...operationDesk(has, parts),
  }
}

/** How edno does, for those who keep it running. */
const operationDesk = (
  { rules, metrics }: Capabilities,
  { ready }: Pick<BrokerParts, 'ready'>,
): Pick<Broker, 'ready' | 'metrics'> => ({
  ready,
  metrics: async (reader) => {
    requireOverseer(rules.governance, reader)
    return metrics.write()
  },
})

/** Receipts, promises and supplements, for whoever may read the exchanges of the party in question. */
const receiptDesk = ({
  rules,
  log,
}: Capabilities): Pick<Broker, 'receiptOf' | 'promiseOf' | 'receiptHeader' | 'supplementsOf'> => ({
  receiptOf: async (reader, id, waitMs) =>
    firstOf(readableBy(rules.governance, reader), (consumer) => log.waitForReceipt(consumer, id, waitMs)),
  promiseOf: async (reader, id) =>
    firstOf(readableBy(rules.governance, reader), (consumer) => log.promiseFor(consumer, id)),
  receiptHeader,
  supplementsOf: async (reader, id) => {
    const readable = readableBy(rules.governance, reader)
    const found = await firstOf(readable, (consumer) => log.later.supplementsOf(consumer, id))
    if (found === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
    return found
  },
})

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

function registriesOf({ rules, clock, ...has }: Capabilities): RegistryView[] {
  const limits = has.limits()
  return [...rules.catalogue.adapters.values()].map(({ manifest, operations }) => ({
    id: manifest.id,
    name: manifest.registry.name,
    provider: manifest.provider.id,
    plannedDowntime: (limits.get(manifest.id)?.plannedDowntime ?? []).filter(
      ({ to }) => Date.parse(to) > clock().getTime(),
    ),
    operations: operations.map(({ ref, title, fields, manifest: { disclosure } }) => ({
      ...{ operation: ref, title, fields },
      ...(disclosure === undefined ? {} : { disclosure }),
    })),
  }))
}

const TRUST_KEPT_MS = 60_000

/** Signed anew once a minute at most: it is open to everybody, and a signature costs more than a question. */
function trustDocumentOf({ sealers, log, clock }: Capabilities, callbacks: readonly string[]): () => string {
  let kept: { readonly text: string; readonly at: number } | undefined
  return () => {
    const now = clock()
    if (kept === undefined || Math.abs(now.getTime() - kept.at) > TRUST_KEPT_MS)
      kept = { text: writeTrustDocument(sealers, { vkey: log.vkey, callbacks }, now), at: now.getTime() }
    return kept.text
  }
}
