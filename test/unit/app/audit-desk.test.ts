import assert from 'node:assert/strict'
import { auditDesk } from '../../../src/app/audit-desk.ts'
import { exchangeId, partyId } from '../../../src/model/ids.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

const party = (id: string, role: string, state = 'active') =>
  [partyId(id), { id, role, state, name: { bg: id, en: id } }] as const

describe('what the page for auditors shows besides lists', () => {
  const asked: string[] = []
  const desk = auditDesk({
    rules: {
      governance: {
        parties: new Map([
          party('court-of-auditors', 'auditor'),
          party('suspended-auditor', 'auditor', 'suspended'),
          party('grao', 'provider'),
          party('troyan', 'consumer'),
        ]),
        legalBases: new Map(),
      },
      catalogue: { services: new Map(), adapters: new Map() },
    },
    evidenceOf: () => {
      asked.push('evidence')
      return Promise.reject(new Error('evidence was made'))
    },
    store: {
      get db(): never {
        throw new Error('rows were read')
      },
    },
    log: { vkey: '' },
  } as unknown as Parameters<typeof auditDesk>[0])
  const ID = exchangeId('0193a6f0-0000-7000-8000-000000000001')
  const as = (id: string) => ({ party: partyId(id), certificate: 'ab'.repeat(32) })
  const SHOWN: Readonly<Record<string, (id: string) => unknown>> = {
    'names of parties, services and registries': (id) => desk.names(as(id)),
    'what evidence shows': (id) => desk.judge(as(id), { consumer: partyId('troyan'), exchangeId: ID }, 0),
    'whether the log is whole': (id) => desk.since(as(id), undefined),
  }

  for (const [what, show] of Object.entries(SHOWN)) {
    // An owner of a registry has evidence of its own by another way; here it would be an entry in its name.
    for (const [id, code] of [
      ['grao', 'access.not-auditor'],
      ['troyan', 'access.not-auditor'],
      ['suspended-auditor', 'access.suspended'],
    ] as const)
      it(`refuses ${what} to ${id} with ${code} before anything is looked at`, async () => {
        await assert.rejects(
          async () => show(id),
          (error) => error instanceof BrokerError && error.code === code,
        )
        assert.deepEqual(asked, [])
      })
  }

  it('names the parties that ask to an auditor', () => {
    assert.deepEqual(
      desk.names(as('court-of-auditors')).consumers.map(({ id }) => id),
      ['troyan'],
    )
  })
})
