import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { ExchangeFilter } from '../../../src/model/exchange-list.ts'
import { exchangeId, operationRef, partyId, type ServiceRef } from '../../../src/model/ids.ts'
import type { AnswerStatus } from '../../../src/model/exchange.ts'
import type { OutcomeKind } from '../../../src/model/outcome.ts'
import { insertAttempts } from '../../../src/store/attempts.ts'
import { recordOutcomes } from '../../../src/store/calls.ts'
import { countExchanges, listExchanges, placeInList } from '../../../src/store/exchange-list.ts'
import type { Slice } from '../../../src/store/exchange-slices.ts'
import { closeExchange, insertExchange } from '../../../src/store/exchanges.ts'
import { endQueuedCalls, insertQueuedCalls } from '../../../src/store/queued-calls.ts'
import type { Store } from '../../../src/store/store.ts'
import { ASKED } from '../../support/asked-frame.ts'
import { testStore } from '../../support/database.ts'

interface Made {
  readonly id: string
  readonly row: number
  readonly consumer: string
  readonly service: string
  readonly legalBasis: string
  readonly official: string
  readonly case: string
  readonly receivedAt: Date
  readonly status: AnswerStatus | undefined
  /** Operation → how it ended; undefined while it has not. */
  readonly calls: Readonly<Record<string, OutcomeKind | undefined>>
}

const CONSUMERS = ['troyan', 'vidin', 'lovech']
const SERVICES = {
  'taxi-permit@1': ['civil/person@1', 'cars/registration@1'],
  'vehicle-tax@1': ['sea/vessels@1', 'cars/registration@1'],
}
const BASES = ['zavp-24a', 'zmdt-52']
const OUTCOMES: readonly OutcomeKind[] = ['found', 'not-found', 'failed', 'skipped']
const STATUSES: readonly AnswerStatus[] = ['complete', 'partial', 'refused']
const DAY = Date.parse('2026-03-01T00:00:00Z')
const ENTRY = { bytes: Buffer.from('entry'), leafHash: Buffer.alloc(32, 9), event: 'opened' }

/** The same numbers every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

const officialOf = (consumer: string, number: number): string =>
  Buffer.from(`${consumer.padEnd(15, '.')}${number}`).toString('hex')

const registryOf = (operation: string): string => operation.slice(0, operation.indexOf('/'))
const wasAsked = (outcome: OutcomeKind | undefined): boolean => outcome !== undefined && outcome !== 'skipped'

describe('the list of exchanges', function () {
  this.timeout(300_000)
  let store: Store
  const made: Made[] = []
  const next = numbers(7)
  const pick = <T>(from: readonly T[]): T => from[next(from.length)]!

  before(async () => {
    store = await testStore()
    for (let count = 0; count < 90; count += 1) made.push(await make(count))
    made.sort((one, other) => other.receivedAt.getTime() - one.receivedAt.getTime() || other.row - one.row)
  })

  async function make(count: number): Promise<Made> {
    const scope = { consumer: partyId(pick(CONSUMERS)), exchangeId: exchangeId(randomUUID()) }
    const service = pick(Object.keys(SERVICES) as (keyof typeof SERVICES)[])
    const is = {
      ...{ id: scope.exchangeId, consumer: scope.consumer, service, legalBasis: pick(BASES) },
      ...{ official: officialOf(scope.consumer, next(3)), case: `ТР-${next(9)}` },
      // Several in one moment.
      receivedAt: new Date(DAY + next(30) * 60_000),
    }
    const key = store.cipher.newKey(scope)
    const row = (await insertExchange(
      store.db,
      {
        ...{ ...scope, service: service as ServiceRef },
        ...{ caseReference: is.case, legalBasis: is.legalBasis, official: is.official, receivedAt: is.receivedAt },
        ...{ requestDigest: Buffer.alloc(32, 7), deadline: new Date(DAY + 86_400_000), retentionClass: 'standard' },
        ...{ owner: 0, key, payloads: [] },
        calls: SERVICES[service].map((operation) => ({
          name: registryOf(operation),
          operation: operationRef(operation),
          need: 'optional',
        })),
      },
      ENTRY,
    ))!
    if (count % 10 === 0)
      return {
        ...is,
        row,
        status: undefined,
        calls: Object.fromEntries(SERVICES[service].map((operation) => [operation, undefined])),
      }
    const calls = Object.fromEntries(SERVICES[service].map((operation) => [operation, pick(OUTCOMES)]))
    const asked = Object.entries(calls).filter(([, outcome]) => wasAsked(outcome))
    await insertAttempts(
      store.db,
      row,
      asked.map(([operation]) => ({ call: registryOf(operation), startedAt: is.receivedAt })),
      ASKED,
    )
    await recordOutcomes(
      store.db,
      row,
      key,
      Object.entries(calls).map(([operation, outcome]) => ({
        outcome: {
          call: registryOf(operation),
          operation: operationRef(operation),
          outcome,
          elapsedMs: 1,
        } as never,
        endedAt: is.receivedAt,
        retentionClass: 'standard',
      })),
    )
    const status = pick(STATUSES)
    await closeExchange(
      store.db,
      row,
      { status, mediaType: 'application/xml', closedAt: is.receivedAt, expiresAt: is.receivedAt },
      {
        key,
        answer: { kind: 'answer', retentionClass: 'standard', plain: Buffer.from('x') },
        entry: { ...ENTRY, event: 'answered' },
      },
    )
    return { ...is, row, status, calls }
  }

  /** The same by looking at every one. */
  function expected(slice: Slice, filter: ExchangeFilter): Made[] {
    const registry = slice.of === 'registry' ? slice.registry : filter.registry
    const fits = ([operation, outcome]: [string, OutcomeKind | undefined]): boolean =>
      (registry === undefined || registryOf(operation) === registry) &&
      (filter.outcome === undefined || outcome === filter.outcome) &&
      (slice.of !== 'registry' || wasAsked(outcome))
    return made.filter(
      (one) =>
        (slice.of !== 'consumers' || slice.consumers.includes(partyId(one.consumer))) &&
        Object.entries(one.calls).some(fits) &&
        (filter.consumer ?? one.consumer) === one.consumer &&
        (filter.service ?? one.service) === one.service &&
        (filter.legalBasis ?? one.legalBasis) === one.legalBasis &&
        (filter.official ?? one.official) === one.official &&
        (filter.case ?? one.case) === one.case &&
        (filter.id ?? one.id) === one.id &&
        (filter.status === undefined || filter.status === (one.status ?? 'running')) &&
        (filter.from === undefined || one.receivedAt >= new Date(filter.from)) &&
        (filter.to === undefined || one.receivedAt < new Date(filter.to)),
    )
  }

  const anyFilter = (): ExchangeFilter => {
    const one = pick(made)
    const all: ExchangeFilter = {
      ...{ consumer: partyId(one.consumer), service: one.service as ServiceRef, legalBasis: one.legalBasis },
      ...{ official: one.official, case: one.case, id: exchangeId(one.id), outcome: pick(OUTCOMES) },
      ...{ registry: pick(['civil', 'cars', 'sea', 'none']), status: pick([...STATUSES, 'running'] as const) },
      ...{
        from: new Date(DAY + next(15) * 60_000).toISOString(),
        to: new Date(DAY + (15 + next(15)) * 60_000).toISOString(),
      },
    }
    const names = Object.keys(all).filter(() => next(5) === 0)
    return Object.fromEntries(names.map((name) => [name, all[name as keyof ExchangeFilter]]))
  }

  const SLICES: readonly Slice[] = [
    { of: 'all' },
    { of: 'consumers', consumers: [partyId('troyan'), partyId('vidin')] },
    { of: 'consumers', consumers: [partyId('nobody')] },
    { of: 'registry', registry: 'cars' },
    { of: 'registry', registry: 'sea' },
  ]

  it('is for every slice and all filters together what looking at each exchange finds, page after page', async () => {
    let found = 0
    for (let round = 0; round < 400; round += 1) {
      const slice = SLICES[round % SLICES.length]!
      const filter = anyFilter()
      const wanted = expected(slice, filter)
      found += wanted.length
      const said = JSON.stringify({ slice, filter })
      assert.deepEqual(await countExchanges(store.db, slice, filter), { count: wanted.length, exact: true }, said)
      const limit = 1 + next(20)
      let after: Awaited<ReturnType<typeof placeInList>>
      const ids: string[] = []
      for (;;) {
        const page = await listExchanges(store.db, { slice, filter, limit, ...(after === undefined ? {} : { after }) })
        ids.push(...page.exchanges.map(({ exchangeId: id }) => id))
        if (page.exchanges.length < limit) break
        const last = page.exchanges.at(-1)!
        after = await placeInList(store.db, slice, { id: last.exchangeId, consumer: last.consumer })
        assert.deepEqual(after, page.last)
      }
      assert.deepEqual(
        ids,
        wanted.map(({ id }) => id),
        said,
      )
    }
    assert.ok(found > 1000, `too little was found to tell anything: ${found}`)
  })

  it('tells the owner of a registry nothing of other registries, nor how the whole ended', async () => {
    const { exchanges } = await listExchanges(store.db, {
      slice: { of: 'registry', registry: 'cars' },
      filter: {},
      limit: 100,
    })
    assert.ok(exchanges.length > 10)
    for (const one of exchanges) {
      assert.deepEqual([one.state, one.status, one.closedAt], [undefined, undefined, undefined])
      const truth = made.find(({ id }) => id === one.exchangeId)!
      assert.deepEqual(one.outcomes, { [truth.calls['cars/registration@1']!]: 1 })
    }
  })

  it('knows no place of an exchange that is not in the slice', async () => {
    const ofLovech = made.find(({ consumer }) => consumer === 'lovech')!
    const name = { id: exchangeId(ofLovech.id), consumer: partyId('lovech') }
    assert.equal(await placeInList(store.db, { of: 'consumers', consumers: [partyId('troyan')] }, name), undefined)
    assert.ok(await placeInList(store.db, { of: 'all' }, name))
    const taxi = made.find(({ service, status }) => service === 'taxi-permit@1' && status !== undefined)!
    const named = { id: exchangeId(taxi.id), consumer: partyId(taxi.consumer) }
    assert.equal(await placeInList(store.db, { of: 'registry', registry: 'sea' }, named), undefined)
  })

  it('finds an exchange by what a call of it brought after it was closed', async () => {
    const one = await make(1)
    const [operation] = Object.keys(one.calls)
    const call = registryOf(operation!)
    await store.db
      .updateTable('call')
      .set({ state: 'running', outcome: null })
      .where('exchange', '=', one.row)
      .where('name', '=', call)
      .execute()
    const end = { dueAt: new Date(0), endsAt: new Date(DAY * 2), idempotent: true }
    await insertQueuedCalls(store.db, one.row, [{ call, registry: call, ...end }], new Date())
    const filter: ExchangeFilter = { id: exchangeId(one.id), registry: call, outcome: 'not-found' }
    await store.db
      .updateTable('call')
      .set({ state: 'ended', outcome: 'not-found' })
      .where('exchange', '=', one.row)
      .where('name', '=', call)
      .execute()
    await endQueuedCalls(store.db, one.row, [call])
    assert.equal((await listExchanges(store.db, { slice: { of: 'all' }, filter, limit: 5 })).exchanges.length, 1)
  })
})
