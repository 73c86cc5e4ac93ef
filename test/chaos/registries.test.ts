import assert from 'node:assert/strict'
import type { RegistryFault } from '../../src/adapter-kit/simulator.ts'
import type { Answer } from '../../src/message/read-answer.ts'
import type { AskedQuestion } from '../../src/simulator/start-simulator.ts'
import { Estate, type Serving, type Signed, until } from '../support/estate.ts'
import { Wire } from '../support/wire.ts'
import { form, tell } from './form.ts'

/** Two calls that wait for each other have room before the deadline, as a service that is loaded must promise. */
const TIMEOUT_MS = 900
const DEADLINE_MS = 2000

interface Trouble {
  /** As the simulator does it, or the line itself. */
  readonly fault: RegistryFault | 'half-open'
  /** What a call to such a registry ends with: outcome and problem. */
  readonly ends: readonly [outcome: string, problem?: string]
}

type Part = Answer['parts'][number]

interface Ended {
  readonly tookMs: number
  readonly status: Answer['status']
  readonly parts: ReadonlyMap<string, Part>
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'slow, in time': { fault: { kind: 'slow', ms: 150 }, ends: ['found'] },
  'slow, too late': { fault: { kind: 'slow', ms: 5000 }, ends: ['failed', 'provider.timeout'] },
  '500': { fault: { kind: 'error-500' }, ends: ['failed', 'provider.unavailable'] },
  reset: { fault: { kind: 'reset' }, ends: ['failed', 'provider.unavailable'] },
  truncated: { fault: { kind: 'truncated' }, ends: ['failed', 'provider.bad-answer'] },
  garbage: { fault: { kind: 'garbage' }, ends: ['failed', 'provider.bad-answer'] },
  'half-open': { fault: 'half-open', ends: ['failed', 'provider.timeout'] },
  'silent in its answer': { fault: { kind: 'stalled' }, ends: ['failed', 'provider.timeout'] },
  'never answering': { fault: { kind: 'hang' }, ends: ['failed', 'provider.timeout'] },
  'about another': { fault: { kind: 'other-subject' }, ends: ['failed', 'provider.other-subject'] },
}

/** Registries that the taxi permit asks, with the calls of each and what these calls wait for. */
const CALLS: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  'vehicle-register': { vehicle: undefined },
  'guarantee-fund': { insurance: 'vehicle' },
  'commercial-register': { trader: undefined },
  'public-debts': { debts: undefined },
  'criminal-records': { 'convictions.0': 'trader' },
  'civil-registry': { driver: undefined, 'managers.0': 'trader' },
  'transport-licensing': { driverCertificate: undefined, licence: undefined, inspection: undefined },
}
const REGISTRIES = Object.keys(CALLS)
const OPERATIONS = [
  'vehicle-register/registration@1',
  'guarantee-fund/motor-insurance@1',
  'commercial-register/actual-state@1',
  'civil-registry/valid-person@1',
  'civil-registry/permanent-address@1',
  'transport-licensing/technical-inspection@1',
  'transport-licensing/taxi-driver-certificate@1',
  'transport-licensing/carrier-licence@1',
  'public-debts/obligations@1',
  'criminal-records/conviction@1',
]

describe('chaos 4: registries in every kind of trouble', function () {
  this.timeout(600_000)
  const wires = new Map<string, Wire>()
  let estate: Estate
  let edno: Serving
  let longest = 0
  let ended = 0
  let asked: (question: AskedQuestion) => void = () => undefined

  before(async () => {
    estate = await Estate.make({
      onAsked: (question) => asked(question),
      deadlinesMs: { 'taxi-permit': DEADLINE_MS },
      operations: Object.fromEntries(OPERATIONS.map((operation) => [operation, { timeoutMs: TIMEOUT_MS }])),
      addressOf: async (registry, url) => {
        const address = new URL(url)
        const wire = await Wire.to(Number(address.port))
        wires.set(registry, wire)
        address.port = String(wire.port)
        return address.href
      },
    })
    edno = await estate.serve()
    // What a first exchange pays for connections and compiled schemas is not what is measured.
    await exchange(estate.sign('taxi'))
    longest = 0
  })
  after(async () => {
    await estate.close()
    for (const wire of wires.values()) await wire.close()
    tell('registries in trouble', {
      exchanges: ended,
      troubles: Object.keys(TROUBLES).length,
      registries: REGISTRIES.length,
      deadline: `${DEADLINE_MS} ms`,
      longest: `${Math.round(longest)} ms`,
    })
  })
  afterEach(() => {
    asked = () => undefined
  })

  const trouble = (registry: string, fault: Trouble['fault'] | undefined): void => {
    wires.get(registry)!.dead = fault === 'half-open'
    estate.simulator.setFault(registry, fault === 'half-open' ? undefined : fault)
  }
  const exchange = async (signed: Signed): Promise<Ended> => {
    const begun = performance.now()
    const reply = await estate.client(edno.url).send(signed.bytes)
    const tookMs = performance.now() - begun
    assert.ok(reply.kind === 'answer', JSON.stringify(reply))
    const { holds, answer } = estate.verify(signed, reply.bytes, reply.receipt)
    assert.ok(holds && answer !== undefined)
    ended += 1
    longest = Math.max(longest, tookMs)
    const parts = answer.parts.map((part): [string, Part] => [part.call, part])
    return { tookMs, status: answer.status, parts: new Map(parts) }
  }

  /** Breakers that opened close by themselves, one probe after the other, as exchanges ask. */
  const recover = async (): Promise<void> => {
    for (const registry of REGISTRIES) trouble(registry, undefined)
    await until('all registries are asked again', async () => {
      const { status } = await exchange(estate.sign('taxi'))
      return status === 'complete'
    })
  }
  /** A short run on a busy machine is as late as that machine: only what is wrong each time is wrong. */
  const inFewTries = async (work: () => Promise<void>): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await work()
        return
      } catch (error) {
        if (tries === form.tries || !(error instanceof assert.AssertionError)) throw error
      } finally {
        asked = () => undefined
        await recover()
      }
    }
  }
  const assertEnds = (registry: string, { ends }: Trouble, parts: Ended['parts'], told: string): void => {
    const [expected, why] = ends
    for (const [call, needs] of Object.entries(CALLS[registry]!)) {
      const part = parts.get(call)
      if (needs !== undefined && parts.get(needs)?.outcome !== 'found') {
        assert.ok(part === undefined || part.outcome === 'skipped', `${call}: ${told}`)
        continue
      }
      // What began late, after another call or on a busy machine, may meet the deadline before its own time is over.
      const late = why === 'provider.timeout' && part?.outcome === 'late'
      assert.deepEqual([late ? expected : part?.outcome, part?.problem], [expected, why], `${call}: ${told}`)
    }
  }

  it(`ends each exchange by its deadline and ${form.marginMs} ms, each call as its registry’s trouble says`, async () => {
    const names = Object.keys(TROUBLES)
    // Each round gives each registry another trouble; after all rounds each registry had each of them.
    for (const round of names.keys()) {
      const troubles = new Map(
        REGISTRIES.map((registry, place) => [registry, names[(round + 2 * place) % names.length]!]),
      )
      const told = JSON.stringify([...troubles])
      await inFewTries(async () => {
        for (const [registry, name] of troubles) trouble(registry, TROUBLES[name]!.fault)
        const { tookMs, parts } = await exchange(estate.sign('taxi'))
        assert.ok(tookMs <= DEADLINE_MS + form.marginMs, `it took ${tookMs} ms: ${told}`)
        for (const registry of REGISTRIES) assertEnds(registry, TROUBLES[troubles.get(registry)!]!, parts, told)
      })
    }
  })

  it('is late with what has not answered at the deadline, and with nothing else', () => inFewTries(lateAlone))

  async function lateAlone(): Promise<void> {
    // Busy for a second, then slow: who waits for it begins too late to have all of its own time.
    trouble('commercial-register', { kind: 'busy', ms: 1000 })
    trouble('civil-registry', { kind: 'hang' })
    asked = ({ operation }) => {
      if (!operation.startsWith('commercial-register/')) return
      // After this question has its answer, well before the next one.
      setTimeout(() => trouble('commercial-register', { kind: 'slow', ms: 500 }), 300)
    }
    const { tookMs, status, parts } = await exchange(estate.sign('taxi'))
    assert.ok(tookMs >= DEADLINE_MS && tookMs <= DEADLINE_MS + form.marginMs, `it took ${tookMs} ms`)
    assert.equal(status, 'refused')
    const ends = [...parts.values()].map(({ call, outcome }) => `${call} ${outcome}`)
    assert.deepEqual(ends, [
      'driver failed',
      'driverCertificate found',
      'trader found',
      'debts found',
      'licence found',
      'vehicle found',
      'inspection found',
      'insurance found',
      'managers.0 late',
      'convictions.0 found',
    ])
  }
})
