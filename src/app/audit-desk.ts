import { sayVerdict } from '../client/container/say-verdict.ts'
import { verifyContainer } from '../client/container/verify-container.ts'
import { sinceHead } from '../exchange-log/since-head.ts'
import type { Broker } from '../http/broker.ts'
import type { AuditDesk, NamedThing } from '../http/record-desks.ts'
import { requireAuditor } from '../policy/may-audit.ts'
import type { Capabilities } from './ports.ts'

type Has = Pick<Capabilities, 'rules' | 'log' | 'store'> & Pick<Broker, 'evidenceOf'>

const byName = (a: NamedThing, b: NamedThing): number => a.name.bg.localeCompare(b.name.bg, 'bg')

/** What the page for auditors shows besides lists and records. */
export const auditDesk = ({ rules, log, store, evidenceOf }: Has): AuditDesk => ({
  names: ({ party }) => {
    requireAuditor(rules.governance, party)
    const { parties, legalBases } = rules.governance
    const { services, adapters } = rules.catalogue
    return {
      consumers: [...parties.values()]
        .filter(({ role }) => role === 'consumer')
        .map(({ id, name }) => ({ id, name }))
        .toSorted(byName),
      services: [...services.values()].map(({ definition: { ref, title } }) => ({ id: ref, name: title })),
      registries: [...adapters.values()].map(({ manifest: { id, registry } }) => ({ id, name: registry.name })),
      legalBases: [...legalBases].map(([id, name]) => ({ id, name })),
    }
  },
  judge: async (reader, { consumer, exchangeId }, waitMs) => {
    requireAuditor(rules.governance, reader.party)
    const container = await evidenceOf(reader, exchangeId, { consumer, waitMs })
    // Whose the seals are the reader must say, who has them by another way; the log is the one that edno runs on.
    return sayVerdict(await verifyContainer(Buffer.from(container), { seals: [], logKey: log.vkey }))
  },
  since: async (reader, kept) => {
    requireAuditor(rules.governance, reader.party)
    return sinceHead(store.db, log.vkey, kept)
  },
})
