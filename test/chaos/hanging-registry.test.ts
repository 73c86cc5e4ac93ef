import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, problemIn } from '../../src/client/connect.ts'
import { Consumers } from '../support/consumers.ts'
import { Estate, type Serving, until } from '../support/estate.ts'
import { MUNICIPALITIES } from '../support/municipalities.ts'
import { OwnDatabase } from '../support/own-database.ts'
import { form, tell } from './form.ts'

const MOST_MEGABYTES = 600
/** Of the others, with the registry hanging and without. */
const LEAST_THROUGHPUT = 0.8
const MOST_P99 = 3
const SENDING_AT_ONCE = 24

interface Pace {
  readonly perSecond: number
  readonly p99: number
}

describe('chaos 6: a registry that hangs while thousands wait for it', function () {
  this.timeout(form.waiting * 100 + 480_000)
  let database: OwnDatabase
  let estate: Estate
  let edno: Serving
  let watch: NodeJS.Timeout | undefined
  before(async () => {
    database = await OwnDatabase.start()
    estate = await Estate.make({
      databaseUrl: database.url,
      alsoGranted: MUNICIPALITIES,
      deadlinesMs: { 'taxi-permit': 2000 },
      defersMs: { 'taxi-permit': 3_600_000 },
      operations: Object.fromEntries(
        ['vehicle-register/registration@1', 'commercial-register/actual-state@1', 'civil-registry/valid-person@1']
          .concat(
            ['technical-inspection@1', 'taxi-driver-certificate@1', 'carrier-licence@1'].map(
              (id) => `transport-licensing/${id}`,
            ),
          )
          .concat(['public-debts/obligations@1', 'criminal-records/conviction@1'])
          .map((operation) => [operation, { timeoutMs: 1500 }]),
      ),
    })
    edno = await estate.serve()
  })
  after(async () => {
    clearInterval(watch)
    await estate.close()
    await database.stop()
  })

  const megabytes = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${edno.pid}/status`, 'utf8'))?.[1]) / 1024
  /** How well others are served meanwhile: they ask registries that are well. */
  const paceOfOthers = async (): Promise<Pace> => {
    const others = new Consumers({ estate, url: edno.url, parties: MUNICIPALITIES, scenarios: ['vehicle-tax'] })
    const begun = performance.now()
    others.start()
    await wait(form.paceMs)
    await others.stop()
    assert.deepEqual(others.unexpected, [])
    const times = others.delivered.map(({ totalMs }) => totalMs).toSorted((one, other) => one - other)
    const perSecond = (others.delivered.length * 1000) / (performance.now() - begun)
    return { perSecond, p99: times[Math.floor(times.length * 0.99)] ?? 0 }
  }
  const waiting = async (): Promise<number> => {
    const [row] = await database.ask<{ count: number }>(
      "select count(*)::int as count from exchange where service = 'taxi-permit@1' and state <> 'closed'",
    )
    return row?.count ?? 0
  }

  const otherCalls = async (): Promise<number> => {
    const [row] = await database.ask<{ count: number }>(
      `select count(*)::int as count from queued_call
       where state in ('waiting', 'running') and registry not in ('vehicle-register', 'guarantee-fund')`,
    )
    return row?.count ?? 0
  }

  it('costs the others little, and edno a bounded memory', async () => {
    await paceOfOthers()
    const normal = await paceOfOthers()
    estate.simulator.setFault('vehicle-register', { kind: 'hang' })
    const clients = MUNICIPALITIES.map((party) => {
      const { ca, tls } = estate.keysOf(party)
      return connect({ url: edno.url, ca, ...tls }, 'en')
    })
    const headers = { 'Content-Type': 'application/xml', Prefer: 'respond-async' }
    let left = form.waiting
    let refused = 0
    let most = megabytes()
    const send = async (place: number): Promise<void> => {
      while (left > 0) {
        left -= 1
        const party = place % MUNICIPALITIES.length
        const { bytes } = estate.signAs(MUNICIPALITIES[party]!, 'taxi')
        for (;;) {
          const { status, data } = await clients[party]!.http.post<Buffer>('/v1/exchanges', Buffer.from(bytes), {
            headers,
          })
          if (status === 202) break
          const { code, retry } = problemIn({ status, data })
          assert.ok(code.startsWith('broker.') && retry === 'later', code)
          refused += 1
          await wait(250)
        }
      }
    }
    watch = setInterval(() => {
      most = Math.max(most, megabytes())
    }, 100)
    await Promise.all(Array.from({ length: SENDING_AT_ONCE }, (_, place) => send(place)))
    await until('all of them wait', async () => (await waiting()) === form.waiting)
    // Beyond their deadline they wait in the queue, not in the process; what does not hang has been asked by then.
    await until('nothing is waited for but the registry that hangs', async () => (await otherCalls()) === 0, 120_000)
    const meanwhile = await paceOfOthers()
    clearInterval(watch)
    for (const { close } of clients) close()
    assert.equal(await waiting(), form.waiting, 'one did not wait')
    tell('hanging registry', {
      waiting: form.waiting,
      'refused for now': refused,
      'most memory': `${Math.round(most)} MB`,
      'others before': `${normal.perSecond.toFixed(1)}/s, p99 ${Math.round(normal.p99)} ms`,
      'others meanwhile': `${meanwhile.perSecond.toFixed(1)}/s, p99 ${Math.round(meanwhile.p99)} ms`,
    })
    assert.ok(most <= MOST_MEGABYTES, `${Math.round(most)} MB`)
    // A short run on a busy machine measures the machine.
    if (form.name === 'short') return
    assert.ok(meanwhile.perSecond >= normal.perSecond * LEAST_THROUGHPUT, 'the others were served less')
    assert.ok(meanwhile.p99 <= normal.p99 * MOST_P99, 'the others waited longer')
  })
})
