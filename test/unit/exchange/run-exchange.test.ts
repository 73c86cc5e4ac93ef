import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Application } from '../../../src/model/application.ts'
import type {
  AssembledAnswer,
  ClosedExchange,
  ReceivedRequest,
  RunningExchange,
  SignedContent,
} from '../../../src/model/exchange.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import { complete, runExchange } from '../../../src/exchange/run-exchange.ts'
import type { ExchangePorts } from '../../../src/exchange/ports.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import type { ProblemCode } from '../../../src/problem/codes.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const ID = exchangeId('0195f2c0-0000-7000-8000-000000000001')
const TROYAN = partyId('troyan')
const operation = operationRef('vehicle-register/registration@1')
const BYTES = Buffer.from('<Application/>')

/** What the queue goes on with. */
const DEFERRED: RunningExchange = {
  stage: 'running',
  exchangeId: ID,
  consumer: TROYAN,
  deferred: true,
  outerEnd: '2026-03-01T11:00:00.000Z',
}

function closedOf(exchange: ClosedExchange | RunningExchange): ClosedExchange {
  assert.ok(exchange.stage === 'closed')
  return exchange
}

const received: ReceivedRequest = {
  stage: 'received',
  format: 'xml',
  proof: 'signature',
  bytes: BYTES,
  receivedAt: NOW,
  connection: TROYAN,
}

const application: Application = {
  exchangeId: ID,
  consumer: TROYAN,
  issuedAt: NOW.toISOString(),
  service: { id: 'taxi-permit', version: 1 },
  case: 'ТР-1',
  official: { identifier: 'clerk', names: 'Служител Примерен', position: 'експерт' },
  legalBasis: 'zavp-24a',
  applicant: { identifierType: 'egn', identifier: '8427029967', names: 'Иван Примеров' },
  body: { plate: 'ОВ0000АА' },
}

const service = {
  ref: serviceRef('taxi-permit', 1),
  id: 'taxi-permit',
  version: 1,
  title: { bg: 'Такси', en: 'Taxi' },
  iisda: null,
  demonstration: false,
  applicantSignature: 'none' as const,
  legalBases: ['zavp-24a'],
  deadlineMs: 10_000,
  calls: [
    {
      name: 'vehicle',
      operation: operationRef('vehicle-register/registration@1'),
      need: 'required' as const,
      input: { plate: 'application.plate' },
      needs: [],
      timeoutMs: 1000,
      idempotent: true,
      referenced: ['vin'],
    },
  ],
  checks: [],
}

/** Ports that note their names; `change` replaces single ones. */
function spies(change: Partial<ExchangePorts> = {}): { ports: ExchangePorts; asked: string[] } {
  const asked: string[] = []
  const note =
    <A extends unknown[], R>(name: string, act: (...args: A) => R) =>
    (...args: A): R => {
      asked.push(name)
      return act(...args)
    }
  const closed = { stage: 'closed' as const, exchangeId: ID, consumer: TROYAN, status: 'complete' as const }
  const ports: ExchangePorts = {
    clock: () => NOW,
    timeWindow: { pastMs: 60_000, futureMs: 60_000 },
    verifySignature: () =>
      Promise.resolve({
        content: BYTES as unknown as SignedContent,
        signer: { party: TROYAN, certificate: 'ab', key: 'ef' },
        valueDigest: Buffer.alloc(32, 1),
      }),
    readHead: () => ({ exchangeId: ID, consumer: 'troyan', onBehalfOf: undefined, issuedAt: NOW.toISOString() }),
    readApplication: () => application,
    verifyApplicantDocument: () => Promise.resolve({ certificate: 'cd', claimedAt: NOW.toISOString() }),
    actsFor: () => false,
    mayHandIn: () => true,
    isActive: () => true,
    findExchange: () => Promise.resolve(undefined),
    findService: () => ({ definition: service, readBody: (body) => body }),
    isLeftOut: () => false,
    decide: () => ({
      grant: 'g',
      legalBasis: { code: 'zavp-24a', text: { bg: 'ЗАвП', en: 'ZAvP' } },
      disclosure: { vehicle: ['plate'] },
      governanceDigest: '00',
    }),
    governanceDigest: () => '00',
    lastAct: () => 7,
    isCaseOpen: () => Promise.resolve(true),
    lookAtQuotas: () => Promise.resolve([]),
    requirePlaceInQueue: () => Promise.resolve(),
    open: (plan) => Promise.resolve({ stage: 'opened', plan, known: [] }),
    fanOut: async () => [
      {
        call: 'vehicle',
        operation: operationRef('vehicle-register/registration@1'),
        outcome: 'not-found',
        elapsedMs: 1,
      },
    ],
    closed: () => undefined,
    defer: () => Promise.resolve(DEFERRED),
    writeAnswer: () => ({ canonical: '<Answer/>', mediaType: 'application/xml' }),
    seal: () => Promise.resolve(Buffer.from('<Answer/>')),
    close: async () => ({ ...closed, bytes: Buffer.from('<Answer/>'), mediaType: 'application/xml' }),
    answerOf: async () => ({ ...closed, bytes: Buffer.from('<Again/>'), mediaType: 'application/xml' }),
    refused: () => Promise.resolve(),
    ...change,
  }
  const noted = Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [
      name,
      typeof port === 'function' && name !== 'clock' ? note(name, port as (...args: unknown[]) => unknown) : port,
    ]),
  ) as unknown as ExchangePorts
  return { ports: noted, asked }
}

const refuse = (code: ProblemCode) => () => {
  throw new BrokerError(code, 'for the test')
}
const refuseLater = (code: ProblemCode) => async () => Promise.reject(new BrokerError(code, 'for the test'))

const VERIFY = ['verifySignature', 'readHead']
const ADMIT = [...VERIFY, 'findExchange']
const AUTHORISE = [...ADMIT, 'readApplication', 'findService', 'governanceDigest', 'lastAct', 'decide']
const OPEN = [...AUTHORISE, 'lookAtQuotas', 'requirePlaceInQueue', 'open']

describe('runExchange', () => {
  it('walks the line in one order', async () => {
    const { ports, asked } = spies()
    await runExchange(received, ports)
    assert.deepEqual(asked, [...OPEN, 'fanOut', 'closed', 'writeAnswer', 'seal', 'close'])
  })

  it('lets no unverified caller write to the exchange log', async () => {
    const { ports, asked } = spies({ verifySignature: refuseLater('signature.invalid') })
    await assert.rejects(runExchange(received, ports), { code: 'signature.invalid' })
    assert.deepEqual(asked, ['verifySignature'])
  })

  it('refuses a signer that is not the party of the connection, and records nothing', async () => {
    const { ports, asked } = spies()
    await assert.rejects(runExchange({ ...received, connection: partyId('lovech') }, ports), {
      code: 'signature.party-mismatch',
    })
    assert.ok(!asked.includes('refused'))
  })

  it('takes a connection of a recorded delegate', async () => {
    const { ports } = spies({ actsFor: (signer, consumer) => signer === 'lovech' && consumer === 'troyan' })
    await runExchange({ ...received, connection: partyId('lovech') }, ports)
  })

  for (const digest of [undefined, createHash('sha256').update(BYTES).digest()])
    it(`refuses a sender that agreements name for other services, ${digest ? 'also where it repeats' : 'first'}`, async () => {
      const asked: unknown[] = []
      const { ports } = spies({
        actsFor: () => true,
        findExchange: () => Promise.resolve(digest),
        mayHandIn: (...of) => asked.push(of) === 0,
      })
      const relayed = { ...received, connection: partyId('lovech') }
      await assert.rejects(runExchange(relayed, ports), { code: 'access.delegation' })
      assert.deepEqual(asked, [['lovech', 'troyan', service]])
    })

  const steps: { title: string; change: Partial<ExchangePorts>; code: ProblemCode; asked: string[] }[] = [
    {
      title: 'refuses other bytes under a used id before anything is read further',
      change: { findExchange: () => Promise.resolve(Buffer.from('other')) },
      code: 'request.replayed',
      asked: ADMIT,
    },
    {
      title: 'refuses an application that is too old',
      change: { clock: () => new Date(NOW.getTime() + 60_001) },
      code: 'request.expired',
      asked: ADMIT,
    },
    {
      title: 'refuses an application from the future',
      change: { clock: () => new Date(NOW.getTime() - 60_001) },
      code: 'request.expired',
      asked: ADMIT,
    },
    {
      title: 'refuses an envelope against its schema before it looks for the service',
      change: { readApplication: refuse('request.schema') },
      code: 'request.schema',
      asked: [...ADMIT, 'readApplication'],
    },
    {
      title: 'refuses an unknown service before it asks governance',
      change: { findService: () => undefined },
      code: 'service.unknown',
      asked: [...ADMIT, 'readApplication', 'findService', 'isLeftOut'],
    },
    {
      title: 'asks no registry when the grant is missing, and records the refusal',
      change: { decide: refuse('access.not-granted') },
      code: 'access.not-granted',
      asked: AUTHORISE,
    },
    {
      title: 'refuses a body against the schema of the service only for a caller that may ask',
      change: { findService: () => ({ definition: service, readBody: refuse('service.input') }) },
      code: 'service.input',
      asked: AUTHORISE,
    },
  ]
  for (const step of steps)
    it(step.title, async () => {
      const { ports, asked } = spies(step.change)
      await assert.rejects(runExchange(received, ports), { code: step.code })
      assert.deepEqual(asked, [...step.asked, 'refused'])
    })

  it('fails with the registry’s absence where the service stands in files of an adapter that is refused for now', async () => {
    const { ports, asked } = spies({ findService: () => undefined, isLeftOut: () => true })
    await assert.rejects(runExchange(received, ports), { code: 'provider.unavailable' })
    assert.deepEqual(asked, [...ADMIT, 'readApplication', 'findService', 'isLeftOut'])
  })

  it('plans what was decided on, also where the catalogue is read again meanwhile', async () => {
    let found = 0
    const wider = { ...service, calls: [...service.calls, { ...service.calls[0]!, name: 'added' }] }
    const calls: string[] = []
    const { ports } = spies({
      findService: () => ({ definition: found++ === 0 ? service : wider, readBody: (body) => body }),
      open: async (plan) => {
        calls.push(...plan.calls.map(({ name }) => name))
        return { stage: 'opened', plan, known: [] }
      },
    })
    await runExchange(received, ports)
    assert.deepEqual(calls, ['vehicle'])
  })

  it('asks no registry when the opening entry cannot be written, and calls it no refusal', async () => {
    const { ports, asked } = spies({ open: refuseLater('broker.log-unavailable') })
    await assert.rejects(runExchange(received, ports), { code: 'broker.log-unavailable' })
    assert.deepEqual(asked, OPEN)
  })

  it('opens nothing, and calls it no refusal, where too many exchanges of its consumer wait in the queue', async () => {
    const { ports, asked } = spies({ requirePlaceInQueue: refuseLater('broker.overloaded') })
    await assert.rejects(runExchange(received, ports), { code: 'broker.overloaded' })
    assert.deepEqual(asked, OPEN.slice(0, -1))
  })

  it('hands over an exchange that is deferred, and signs nothing', async () => {
    const { ports, asked } = spies({ fanOut: () => Promise.resolve('deferred') })
    assert.deepEqual(await runExchange(received, ports), DEFERRED)
    assert.deepEqual(asked.slice(-2), ['fanOut', 'defer'])
  })

  it('tells who may not ask any more neither what was found nor whether anything was, and says why', async () => {
    let written: AssembledAnswer | undefined
    const { ports } = spies({
      fanOut: async () => [
        { call: 'vehicle', operation, outcome: 'found', evidence: { plate: 'ОВ0000АА' }, elapsedMs: 1 },
        { call: 'other', operation, outcome: 'failed', problem: 'provider.timeout', elapsedMs: 1 },
      ],
      closed: () => 'access.not-granted',
      observer: { assembled: (answer) => void (written = answer) },
    })
    await runExchange(received, ports)
    const { status, problems, parts, checks } = written!
    assert.deepEqual([status, problems.map(({ code }) => code), checks], ['refused', ['access.not-granted'], []])
    assert.deepEqual(parts, [{ call: 'vehicle', operation, outcome: 'refused', problem: 'access.not-granted' }])
  })

  it('gives the same answer again for the same id and bytes, and asks nobody', async () => {
    const digest = createHash('sha256').update(BYTES).digest()
    const { ports, asked } = spies({ findExchange: () => Promise.resolve(digest) })
    const answer = closedOf(await runExchange(received, ports))
    assert.equal(Buffer.from(answer.bytes).toString(), '<Again/>')
    assert.deepEqual(asked, [...ADMIT, 'isActive', 'isActive', 'answerOf'])
  })

  for (const suspended of ['troyan', 'lovech', 'sopot'])
    it(`gives no answer again where ${suspended} is suspended, of signer, sender and who is acted for`, async () => {
      const digest = createHash('sha256').update(BYTES).digest()
      const { ports, asked } = spies({
        findExchange: () => Promise.resolve(digest),
        actsFor: () => true,
        readHead: () => ({ exchangeId: ID, consumer: 'troyan', onBehalfOf: 'sopot', issuedAt: NOW.toISOString() }),
        isActive: (party) => party !== suspended,
      })
      const relayed = { ...received, connection: partyId('lovech') }
      await assert.rejects(runExchange(relayed, ports), { code: 'access.suspended' })
      assert.ok(asked.includes('refused') && !asked.includes('answerOf'))
    })

  it('gives the first answer where another process opened the same id in between', async () => {
    const { ports, asked } = spies({
      open: async () => ({ stage: 'repeated', consumer: TROYAN, exchangeId: ID }),
    })
    await runExchange(received, ports)
    assert.deepEqual(asked, [...OPEN, 'answerOf'])
  })

  it('gives out no answer that the log did not take', async () => {
    const { ports } = spies({ close: refuseLater('broker.log-unavailable') })
    await assert.rejects(runExchange(received, ports), { code: 'broker.log-unavailable' })
  })

  it('calls a failing signer broker.signing and closes nothing', async () => {
    const { ports, asked } = spies({
      seal: () => {
        throw new TypeError('no key')
      },
    })
    await assert.rejects(runExchange(received, ports), { code: 'broker.signing' })
    assert.ok(!asked.includes('close'))
  })

  it('asks for the disclosed and the referenced fields, and lets out the disclosed ones', async () => {
    let fields: readonly string[] = []
    let disclosed: readonly string[] = []
    const { ports } = spies({
      open: async (plan) => {
        fields = plan.calls[0]!.fields
        disclosed = plan.calls[0]!.disclosed
        return { stage: 'opened', plan, known: [] }
      },
    })
    await runExchange(received, ports)
    assert.deepEqual(fields, ['plate', 'vin'])
    assert.deepEqual(disclosed, ['plate'])
  })

  it('completes what a crash left open without walking the first half again', async () => {
    const { ports, asked } = spies()
    let opened: Parameters<typeof complete>[0] | undefined
    const first = spies({
      open: async (plan) => (opened = { stage: 'opened', plan, known: [] }),
    })
    await runExchange(received, first.ports)
    await complete(opened!, ports)
    assert.deepEqual(asked, ['fanOut', 'closed', 'writeAnswer', 'seal', 'close'])
  })
})

describe('what is decided about an exchange', () => {
  const decided = (): { records: unknown[]; change: Partial<ExchangePorts> } => {
    const records: unknown[] = []
    return {
      records,
      change: {
        open: (plan, _bytes, decision) => {
          records.push(decision)
          return Promise.resolve({ stage: 'opened', plan, known: [] })
        },
        refused: (_request, _refusal, { decision }) => {
          records.push(decision)
          return Promise.resolve()
        },
      },
    }
  }
  const question = {
    consumer: TROYAN,
    signer: { party: TROYAN, key: 'ef' },
    service: 'taxi-permit@1',
    legalBasis: 'zavp-24a',
  }
  const head = { v: 1, at: NOW.toISOString(), exchangeId: ID, governance: '00', lastAct: 7 }
  const granted = { granted: true, grant: 'g', disclosure: { vehicle: ['plate'] } }
  const decision = {
    grant: 'g',
    legalBasis: { code: 'zavp-24a', text: { bg: 'ЗАвП', en: 'ZAvP' } },
    disclosure: { vehicle: ['plate'] },
    governanceDigest: '00',
  }
  const room = (left: number) => ({
    ...{ name: 'vehicle-register', limit: 3, used: 3 - left, left, wanted: 1 },
    ...{ resetAt: '2026-03-01T22:00:00.000Z', resetSeconds: 43_200 },
  })

  it('is kept with the opening: who asked, what for, what was granted', async () => {
    const { records, change } = decided()
    await runExchange(received, spies(change).ports)
    assert.deepEqual(records, [{ ...head, question, result: granted }])
  })

  it('is kept with the refusal: the code and why', async () => {
    const { records, change } = decided()
    const { ports } = spies({ ...change, decide: refuse('access.official') })
    await assert.rejects(runExchange(received, ports), { code: 'access.official' })
    const result = { granted: false, code: 'access.official', detail: 'for the test' }
    assert.deepEqual(records, [{ ...head, question, result }])
  })

  it('holds neither the case nor anybody', async () => {
    const { records, change } = decided()
    await runExchange(received, spies(change).ports)
    for (const secret of [
      application.case,
      application.official.names,
      application.official.position,
      application.applicant.identifier,
    ])
      assert.ok(!JSON.stringify(records).includes(secret), secret)
  })

  it('holds the official in the words of the grant, where it restricts them, also where the case is not open', async () => {
    for (const open of [true, false]) {
      const { records, change } = decided()
      const restricted = { ...decision, official: 'Експерт', openCase: true }
      const isCaseOpen = () => Promise.resolve(open)
      const { ports } = spies({ ...change, decide: () => restricted, isCaseOpen })
      await runExchange(received, ports).catch(() => undefined)
      const expected = { ...question, position: 'Експерт', caseOpen: open }
      assert.deepEqual((records as { question: unknown }[])[0]?.question, expected)
    }
  })

  it('stays granted where the body is refused later', async () => {
    const { records, change } = decided()
    const findService = () => ({ definition: service, readBody: refuse('service.input') })
    await assert.rejects(runExchange(received, spies({ ...change, findService }).ports), { code: 'service.input' })
    assert.deepEqual(records, [{ ...head, question, result: granted }])
  })

  it('is nothing where it did not come to a decision', async () => {
    const { records, change } = decided()
    const { ports } = spies({ ...change, readApplication: refuse('request.schema') })
    await assert.rejects(runExchange(received, ports), { code: 'request.schema' })
    assert.deepEqual(records, [undefined])
  })

  it('wants an open case only where the agreements want one', async () => {
    const { ports, asked } = spies()
    await runExchange(received, ports)
    assert.ok(!asked.includes('isCaseOpen'))
  })

  it('refuses a question without an open case where the agreements want one, and says so', async () => {
    for (const open of [false, true]) {
      const { records, change } = decided()
      const looked: string[] = []
      const isCaseOpen = (consumer: string, number: string) => {
        looked.push(`${consumer} ${number}`)
        return Promise.resolve(open)
      }
      const { ports, asked } = spies({ ...change, decide: () => ({ ...decision, openCase: true }), isCaseOpen })
      const run = runExchange(received, ports)
      if (open) await run
      else await assert.rejects(run, { code: 'access.case-not-open' })
      assert.deepEqual(looked, ['troyan ТР-1'])
      assert.equal(asked.includes('open'), open)
      const [record] = records as { question: { caseOpen?: boolean }; result: { granted: boolean } }[]
      assert.deepEqual([record?.question.caseOpen, record?.result.granted], [open, open])
    }
  })

  it('refuses before it opens anything what does not fit into what is left of the day, with the numbers', async () => {
    const { records, change } = decided()
    const { ports, asked } = spies({ ...change, lookAtQuotas: () => Promise.resolve([room(0)]) })
    await assert.rejects(runExchange(received, ports), (error: unknown) => {
      assert.ok(error instanceof BrokerError)
      assert.equal(error.code, 'access.quota-exceeded')
      assert.equal(error.detail, 'vehicle-register: 3 of 3 questions of today are used, 1 more are asked for')
      assert.deepEqual(error.allowances, [room(0)])
      return true
    })
    assert.ok(!asked.includes('open') && !asked.includes('fanOut'))
    const [record] = records as { result: { granted: boolean; quotas: unknown } }[]
    assert.deepEqual(
      [record?.result.granted, record?.result.quotas],
      [false, [{ name: 'vehicle-register', limit: 3, used: 3, wanted: 1 }]],
    )
  })

  it('tells with the answer what is left, and lets the answer leave where that cannot be told', async () => {
    const counting = { vehicle: { perDay: 3 } }
    let looks = 0
    const change = {
      decide: () => ({ ...decision, counting }),
      lookAtQuotas: () => {
        looks += 1
        return Promise.resolve([room(looks === 1 ? 2 : 1)])
      },
    }
    assert.deepEqual(closedOf(await runExchange(received, spies(change).ports)).allowances, [room(1)])
    looks = 0
    const lookAtQuotas = () => (looks++ === 0 ? Promise.resolve([room(2)]) : Promise.reject(new Error('gone')))
    const answer = closedOf(await runExchange(received, spies({ ...change, lookAtQuotas }).ports))
    assert.equal(answer.allowances, undefined)
  })
})

describe('admit', () => {
  for (const head of [
    { exchangeId: undefined, consumer: 'troyan', onBehalfOf: undefined, issuedAt: NOW.toISOString() },
    {
      exchangeId: '0195F2C0-0000-7000-8000-000000000001',
      consumer: 'troyan',
      onBehalfOf: undefined,
      issuedAt: NOW.toISOString(),
    },
    { exchangeId: ID, consumer: undefined, onBehalfOf: undefined, issuedAt: NOW.toISOString() },
    { exchangeId: ID, consumer: 'troyan', onBehalfOf: undefined, issuedAt: '2026-03-01' },
    { exchangeId: ID, consumer: 'troyan', onBehalfOf: undefined, issuedAt: undefined },
  ])
    it(`refuses a head without its members: ${JSON.stringify(head)}`, async () => {
      const { ports } = spies({ readHead: () => head })
      await assert.rejects(runExchange(received, ports), { code: 'request.schema' })
    })
})
