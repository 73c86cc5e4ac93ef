import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { keyOf } from '../../src/cli/access/caller.ts'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { type AccessClient, accessClient, type ActResult } from '../../src/client/access.ts'
import { actOn, agreementsFor } from '../../src/client/compose-agreements.ts'
import { judgeBasis } from '../../src/client/container/judge-basis.ts'
import { verifyContainer } from '../../src/client/container/verify-container.ts'
import type { ContainerVerdict } from '../../src/client/container/verdict.ts'
import { unpackContainer } from '../../src/evidence/container.ts'
import type { ActKind, AgreementContent } from '../../src/model/agreement.ts'
import type { DecisionRecord } from '../../src/model/decision.ts'
import { partyId } from '../../src/model/ids.ts'
import { digestOf } from '../../src/policy/agreement/digest.ts'
import { signAct } from '../../src/signature/sign-act.ts'
import { openDatabase } from '../../src/store/pool.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'

/** A town that has no software of its own, and the one that signs and sends for it, as a region or a vendor does. */
const TOWN = 'chelopech'
const REGION = 'kazanlak'

/** What it says is not shown of the basis. */
const basisOf = ({ unknown }: Pick<ContainerVerdict, 'unknown'>): string[] =>
  unknown.map(({ what }) => what).filter((what) => what.startsWith('grant.') || what === 'agreement.absent')

type Entry = Readonly<Record<string, unknown>>

/** Real HTTPS, a real PostgreSQL, simulated registries. */
describe('a small municipality that acts through another', function () {
  this.timeout(180_000)
  let edno: TestApp
  let database: ReturnType<typeof openDatabase>
  let contents: readonly AgreementContent[]
  const clients: AccessClient[] = []
  before(async () => {
    const databaseUrl = await testDatabaseUrl()
    edno = await testApp({ databaseUrl })
    database = openDatabase({ databaseUrl, connections: 1, statementTimeoutMs: 10_000 })
  })
  after(async () => {
    for (const client of clients) client.close()
    await database.destroy()
    await edno.close()
  })

  const access = (party: string): AccessClient => {
    const keys = keysOf(edno, party)
    const client = accessClient({ url: edno.app.url, ca: keys.ca, ...keys.tls })
    clients.push(client)
    return client
  }
  const bound = (party: string) => ({ party: partyId(party), keys: [keyOf(keysOf(edno, party).seal.certificate)] })
  const sign = (content: AgreementContent, act: ActKind, by: string): string => {
    const { seal } = keysOf(edno, by)
    const declared = actOn({ digest: digestOf(content), content }, { act, by: partyId(by), reason: 'So' }, new Date())
    return signAct(declared, { keyPem: seal.key, certificatePem: seal.certificate })
  }
  const declare = async (content: AgreementContent, act: ActKind, by: string, sender = by): Promise<string> => {
    const [result] = (await access(sender).act([sign(content, act, by)])) as readonly [ActResult]
    return 'agreement' in result ? result.agreement.state.name : result.problem.code
  }
  /** Signed by one party, over its own connection or another's, for the town. */
  const send = (by: string, over = by): Promise<Answered> => {
    const scenario = { ...scenarioNamed(scenariosOf(edno.config), 'vehicle-tax'), party: by }
    const application = { ...applicationOf(scenario, [], new Date()), onBehalfOf: partyId(TOWN) }
    const body = signedBytes(application, keysOf(edno, by).seal, false)
    return call(edno, { body, tls: keysOf(edno, over).tls })
  }
  const detailOf = ({ body }: Answered): string => (JSON.parse(body.toString()) as { detail: string }).detail
  const entriesOf = async (event: string): Promise<readonly Entry[]> => {
    const { rows } = await sql<{ bytes: Buffer }>`
      select bytes from log_entry where event = ${event} order by id`.execute(database)
    return rows.map(({ bytes }) => JSON.parse(bytes.toString()) as Entry)
  }
  const decisions = async (): Promise<readonly DecisionRecord[]> => {
    const { rows } = await sql<{ record: string }>`select record from decision order by id`.execute(database)
    return rows.map(({ record }) => JSON.parse(record) as DecisionRecord)
  }
  const questions = (): number => [...edno.app.simulator!.calls.values()].reduce((sum, count) => sum + count, 0)

  it('names its delegate in what it asks for; nothing is asked before owners and delegate have accepted', async () => {
    const [services, registries] = await Promise.all([access(TOWN).services(), access(TOWN).registries()])
    const offer = services.find(({ id }) => id === 'vehicle-tax')!
    const wish = { consumer: bound(TOWN), delegate: bound(REGION), purpose: 'Taxes' }
    const validity = { from: '2026-01-01', until: '2099-12-31' }
    contents = agreementsFor({ ...wish, validity }, offer, registries, new Date())
    const proposals = contents.map((content) => ({ content, accept: sign(content, 'accept', TOWN) }))
    // The town signs; who hands it in for the town is the delegate that it names.
    await access(REGION).propose(proposals)
    for (const content of contents) assert.equal(await declare(content, 'accept', content.provider), 'proposed')
    const early = await send(REGION)
    assert.deepEqual([early.status, early.code], [401, 'signature.party-mismatch'])
    for (const content of contents) assert.equal(await declare(content, 'accept', REGION), 'valid')
    assert.equal(questions(), 0)
  })

  it('is answered over the connection and with the seal of its delegate, and both stand in every entry', async () => {
    const answered = await send(REGION)
    assert.equal(answered.status, 200, answered.body.toString())
    assert.ok(questions() > 0)
    for (const event of ['opened', 'answered']) {
      const [entry, ...others] = await entriesOf(event)
      assert.deepEqual([entry?.['consumer'], entry?.['onBehalfOf'], others.length], [REGION, TOWN, 0], event)
    }
    const acts = await entriesOf('access')
    assert.equal(acts.length, contents.length * 3)
    for (const { consumer, delegate } of acts) assert.deepEqual([consumer, delegate], [TOWN, REGION])
    assert.deepEqual(new Set(acts.map(({ side }) => side)), new Set(['consumer', 'provider', 'delegate']))
  })

  it('has evidence with every agreement and the acts on it; one that is missing, or that nobody accepted, is told', async () => {
    const [granted] = (await decisions()).filter(({ result }) => result.granted)
    const path = `/v1/exchanges/${granted!.exchangeId}/evidence`
    const { status, body } = await call(edno, { method: 'GET', path, tls: keysOf(edno, REGION).tls })
    assert.equal(status, 200, body.toString())
    const verdict = await verifyContainer(body, {
      seals: [keysOf(edno, REGION).brokerCertificate],
      logKey: edno.app.logKey,
    })
    assert.ok(verdict.holds)
    const about = contents.map((content) => `agreements/${digestOf(content)}.json`).toSorted()
    const held = ({ findings }: Pick<ContainerVerdict, 'findings'>, holds = true): (string | undefined)[] =>
      findings.filter((each) => each.what === 'agreement.acts' && each.holds === holds).map((each) => each.about)
    assert.deepEqual(held(verdict).toSorted(), about)
    assert.deepEqual(basisOf(verdict), [])

    const files = await unpackContainer(body)
    const [first = '', second = ''] = about
    const without = new Map(
      [...files].filter(
        ([name]) => name !== first && !(name.startsWith(second.slice(0, -5)) && name.endsWith('.jose')),
      ),
    )
    const judged = judgeBasis(without, [])
    assert.deepEqual(basisOf(judged), ['agreement.absent'])
    assert.deepEqual(held(judged, false), [second])
  })

  it('stands with its delegate in the record of the decision, with the key that signed', async () => {
    const granted = (await decisions()).filter(({ result }) => result.granted)
    assert.equal(granted.length, 1)
    const { consumer, signer } = granted[0]!.question
    assert.deepEqual([consumer, signer.party, [signer.key]], [TOWN, REGION, bound(REGION).keys])
  })

  it('is not acted for by anybody else, nor over another connection than its delegate’s', async () => {
    const before = questions()
    const foreign = await send('vidin')
    assert.deepEqual([foreign.status, foreign.code], [401, 'signature.party-mismatch'])
    assert.match(detailOf(foreign), /no delegation to the signer/)
    assert.equal((await send(REGION, 'vidin')).code, 'signature.party-mismatch')
    assert.equal(questions(), before)
  })

  it('is acted for no longer when the delegate gives one agreement up', async () => {
    const [content] = contents
    assert.equal(await declare(content!, 'revoke', REGION), 'revoked')
    const refused = await send(REGION)
    assert.deepEqual([refused.status, refused.code], [403, 'access.not-granted'])
    assert.match(detailOf(refused), /revoked by kazanlak/)
    const last = (await decisions()).at(-1)
    assert.deepEqual([last?.question.consumer, last?.question.signer.party], [TOWN, REGION])
    assert.equal(last?.result.granted, false)
    const entry = (await entriesOf('refused')).at(-1)
    assert.deepEqual([entry?.['consumer'], entry?.['onBehalfOf']], [REGION, TOWN])
  })
})
