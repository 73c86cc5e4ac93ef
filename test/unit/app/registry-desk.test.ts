import assert from 'node:assert/strict'
import { registryDesk, type RegistryDeskParts } from '../../../src/app/registry-desk.ts'
import { partyId } from '../../../src/model/ids.ts'
import type { RegistryStatus } from '../../../src/model/registry-status.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import type { Store } from '../../../src/store/store.ts'
import { testStore } from '../../support/database.ts'

const party = (id: string, role: string, more: object = {}) =>
  [partyId(id), { id, role, state: 'active', delegates: [], totals: {}, ...more }] as const
const governance = {
  parties: new Map([
    party('grao', 'provider', { delegates: [partyId('keeper')] }),
    party('keeper', 'provider'),
    party('iama', 'provider'),
    party('troyan', 'consumer'),
    party('citizen-portal', 'portal'),
    party('audit-office', 'auditor'),
    party('former-office', 'auditor', { state: 'suspended' }),
    party('edno-operator', 'operator'),
  ]),
  owners: new Map([['civil', partyId('grao')]]),
}
const manifest = { registry: { name: { bg: 'Р', en: 'R' } }, provider: { id: 'grao' } }
const catalogue = { adapters: new Map([['civil', { manifest }]]) }
const rules = { governance, catalogue }
const NOW = new Date('2026-03-02T12:00:00Z')

/** Nobody touches rows or agreements. */
const untouched = (): RegistryDeskParts =>
  ({
    rules,
    clock: () => NOW,
    limits: () => new Map(),
    registryNow: () => undefined,
    access: { list: () => Promise.reject(new Error('agreements were read')) },
    store: {
      get db(): never {
        throw new Error('rows were read')
      },
    },
  }) as unknown as RegistryDeskParts
const ask = (parts: RegistryDeskParts, id: string, registry = 'civil'): Promise<RegistryStatus> =>
  registryDesk(parts)({ party: partyId(id), certificate: 'ab'.repeat(32) }, registry, 24)
const refusedWith = (code: string) => (error: unknown) => error instanceof BrokerError && error.code === code

describe('how a registry does', function () {
  this.timeout(60_000)

  it('is nobody’s business but its owner’s, auditors’ and operators’, and nothing is read before that is known', async () => {
    for (const id of ['iama', 'troyan', 'citizen-portal'])
      await assert.rejects(ask(untouched(), id), refusedWith('access.not-owner'), id)
    for (const id of ['grao', 'audit-office', 'edno-operator', 'troyan'])
      await assert.rejects(ask(untouched(), id, 'no-such'), refusedWith('access.not-owner'), id)
    await assert.rejects(ask(untouched(), 'former-office'), refusedWith('access.suspended'))
    await assert.rejects(ask(untouched(), 'nobody'), refusedWith('access.suspended'))
  })

  describe('by what stands in the store', () => {
    let store: Store
    before(async () => {
      store = await testStore()
    })
    let registryConfig: { readonly answersBySha1: boolean } | undefined
    const parts = (windows: readonly (readonly [from: string, to: string])[] = []): RegistryDeskParts =>
      ({
        ...{ rules, store, clock: () => NOW },
        limits: () =>
          new Map([['civil', { plannedDowntime: windows.map(([from, to]) => ({ from, to, reason: 'смяна' })) }]]),
        registryNow: () => registryConfig,
        access: { list: () => Promise.resolve({ agreements: [] }) },
      }) as unknown as RegistryDeskParts

    it('is told to the owner, its recorded delegate, auditors and operators, each with the list that they may read', async () => {
      const links = await Promise.all(
        ['grao', 'keeper', 'audit-office', 'edno-operator'].map(async (id) => (await ask(parts(), id)).links.exchanges),
      )
      const period = 'from=2026-03-01T12%3A00%3A00.000Z&to=2026-03-02T12%3A00%3A00.000Z'
      assert.deepEqual(links, [
        `/v1/registries/civil/exchanges?${period}`,
        `/v1/registries/civil/exchanges?${period}`,
        `/v1/audit/exchanges?registry=civil&${period}`,
        undefined,
      ])
    })

    it('names the exception that its answers by SHA-1 are believed, as long as it is in force', async () => {
      registryConfig = { answersBySha1: true }
      for (const id of ['grao', 'audit-office', 'edno-operator'])
        assert.equal((await ask(parts(), id)).answersBySha1, true, id)
      registryConfig = { answersBySha1: false }
      assert.equal('answersBySha1' in (await ask(parts(), 'grao')), false)
      registryConfig = undefined
      assert.equal('answersBySha1' in (await ask(parts(), 'grao')), false)
    })

    it('is not asked, or out of service, as the calendar says; what is over is left out', async () => {
      assert.equal((await ask(parts(), 'grao')).health, 'not-asked')
      const windows = [
        ['2026-03-05T00:00:00Z', '2026-03-05T02:00:00Z'],
        ['2026-03-02T11:00:00Z', '2026-03-02T12:00:00.001Z'],
        ['2026-03-02T10:00:00Z', '2026-03-02T12:00:00Z'],
      ] as const
      const { health, plannedDowntime } = await ask(parts(windows), 'grao')
      assert.equal(health, 'planned-downtime')
      assert.deepEqual(
        plannedDowntime.map(({ from, now }) => [from, now]),
        [
          ['2026-03-02T11:00:00Z', true],
          ['2026-03-05T00:00:00Z', false],
        ],
      )
      assert.equal((await ask(parts([windows[0]]), 'grao')).health, 'not-asked')
    })
  })
})
