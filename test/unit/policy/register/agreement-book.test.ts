import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { describe, it } from 'mocha'
import type { ActKind, Agreement, AgreementAct, AgreementContent } from '../../../../src/model/agreement.ts'
import { partyId } from '../../../../src/model/ids.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import type { AccessRegister } from '../../../../src/policy/register/access-register.ts'
import { AgreementBook, type BookParts } from '../../../../src/policy/register/agreement-book.ts'
import { canonicalJson, sha256Hex } from '../../../../src/schema/canonical-json.ts'
import type { Store } from '../../../../src/store/store.ts'
import { testStore } from '../../../support/database.ts'
import { aCast, aRegister, type Cast, type Name, NOON } from './a-register.ts'

type Proof = ReturnType<BookParts['proves']>
type Change = (proof: NonNullable<Proof>, act: AgreementAct) => Proof

const payloadOf = (jws: string): Buffer => Buffer.from(jws.split('.')[1] ?? '', 'base64url')
const actIn = (jws: string): AgreementAct => JSON.parse(payloadOf(jws).toString()) as AgreementAct

describe('the agreements as a process knows them', function () {
  this.timeout(60_000)
  let store: Store
  let cast: Cast
  let register: AccessRegister
  const told: string[] = []
  before(async () => {
    cast = await aCast()
  })
  beforeEach(async () => {
    store = await testStore()
    register = aRegister(store, cast)
    told.length = 0
  })

  /** Every signature is believed, and of whom the act says, unless a test says otherwise. */
  const bookOf = (change: Change = (proof) => proof): AgreementBook =>
    new AgreementBook({
      db: store.db,
      proves: (jws) => {
        const act = actIn(jws)
        return change({ payload: payloadOf(jws), party: act.by, operator: act.by === 'edno-operator' }, act)
      },
      onDamage: (digest, damage) => void told.push(`${digest} ${damage}`),
    })
  const readBy = async (change?: Change): Promise<AgreementBook> => {
    const book = bookOf(change)
    await book.refresh()
    return book
  }
  const proposed = async (change: Partial<AgreementContent> = {}): Promise<AgreementContent> => {
    const content = cast.content(change)
    await register.propose([cast.proposal(content)], NOON)
    return content
  }
  const declared = (content: AgreementContent, kind: ActKind, by: Name) =>
    register.act(cast.sign(cast.act(content, kind, by)), NOON)
  const damaged = (content: AgreementContent) => ({ digest: digestOf(content), content, acts: [], damaged: true })

  const byDigest = (one: Agreement, other: Agreement) => (one.digest < other.digest ? -1 : 1)

  it('are those that are recorded, each act once, however often they are read', async () => {
    const book = bookOf()
    assert.deepEqual([await book.refresh(), book.agreements], [false, []])
    const [one, other] = [await proposed(), await proposed()]
    await declared(one, 'accept', 'ministry')
    assert.equal(await book.refresh(), true)
    assert.deepEqual(book.agreements.toSorted(byDigest), await register.list({}))
    assert.equal(await book.refresh(), false)
    await declared(other, 'refuse', 'ministry')
    await declared(one, 'suspend', 'edno-operator')
    assert.equal(await book.refresh(), true)
    // Recorded at the same moment: their order is that of their digests, which nobody knows beforehand.
    assert.deepEqual(book.agreements.toSorted(byDigest), await register.list({}))
    const actsOf = (content: AgreementContent) =>
      book.agreements.find(({ digest }) => digest === digestOf(content))?.acts.map(({ act }) => act)
    assert.deepEqual(actsOf(one), ['accept', 'accept', 'suspend'])
    assert.deepEqual(actsOf(other), ['accept', 'refuse'])
    assert.deepEqual(told, [])
    assert.equal(await book.readAgain(), book, 'nothing is damaged')
  })

  const lies: readonly [string, Change][] = [
    ['does not hold, or is nobody’s', () => undefined],
    ['is one over something else', (proof) => ({ ...proof, payload: Buffer.from('other') })],
    ['is that of another party', (proof) => ({ ...proof, party: 'police' })],
    ['is that of edno’s operator, though the act was recorded as a side’s', (proof) => ({ ...proof, operator: true })],
  ]
  for (const [title, lie] of lies)
    it(`are closed where a signature ${title}`, async () => {
      const [content, sound] = [await proposed(), await proposed()]
      await declared(content, 'accept', 'ministry')
      const book = await readBy((proof, act) => (act.by === 'ministry' ? lie(proof, act) : proof))
      const [first, second] = book.agreements
      assert.deepEqual(first, damaged(content))
      assert.equal(second?.digest, digestOf(sound))
      assert.deepEqual([second.damaged, told], [undefined, [`${digestOf(content)} changed`]])
      // What comes later changes nothing, and is told nobody.
      await declared(content, 'suspend', 'town')
      assert.equal(await book.refresh(), true)
      assert.deepEqual([book.agreements[0], told.length], [damaged(content), 1])
    })

  it('are closed where somebody acts as edno’s operator that is not', async () => {
    const content = await proposed()
    await declared(content, 'accept', 'ministry')
    await declared(content, 'suspend', 'edno-operator')
    const book = await readBy((proof) => ({ ...proof, operator: false }))
    assert.deepEqual(book.agreements, [damaged(content)])
  })

  /** As whoever can write into the database does. */
  const insert = async (on: string, act: AgreementAct, change: { act?: string; party?: string } = {}) => {
    const jws = `e30.${Buffer.from(canonicalJson(act)).toString('base64url')}.e30`
    await sql`insert into agreement_act (agreement, act, party, side, jws, act_digest, recorded_at) values
      (${on}, ${change.act ?? act.act}, ${change.party ?? act.by}, 'provider', ${jws},
      ${Buffer.from(sha256Hex(payloadOf(jws)), 'hex')}, ${NOON})`.execute(store.db)
  }

  it('are closed where the columns of an act are not what was signed', async () => {
    const [kind, party, about, sound] = [await proposed(), await proposed(), await proposed(), await proposed()]
    await insert(digestOf(kind), cast.act(kind, 'accept', 'ministry'), { act: 'refuse' })
    await insert(digestOf(party), cast.act(party, 'accept', 'ministry'), { party: 'police' })
    await insert(digestOf(about), cast.act(sound, 'accept', 'ministry'))
    await insert(digestOf(sound), cast.act(sound, 'refuse', 'ministry'))
    const { agreements } = await readBy()
    assert.deepEqual(agreements.slice(0, 3), [kind, party, about].map(damaged))
    assert.deepEqual(
      agreements[3]?.acts.map(({ act }) => act),
      ['accept', 'refuse'],
    )
    assert.deepEqual(
      told,
      [kind, party, about].map((each) => `${digestOf(each)} changed`),
    )
  })

  it('are closed where one of several acts is not what was signed, whichever', async () => {
    const content = await proposed()
    await declared(content, 'accept', 'ministry')
    await declared(content, 'suspend', 'town')
    const book = await readBy((proof, act) => (act.act === 'suspend' ? undefined : proof))
    assert.deepEqual(book.agreements, [damaged(content)])
  })

  it('are nothing where their content is not what its digest says', async () => {
    const [content, sound] = [cast.content(), await proposed()]
    await sql`insert into agreement (digest, content, consumer, provider, registry, service, request, recorded_at)
      values (${digestOf(content)}, ${Buffer.from(canonicalJson({ ...content, purpose: 'Anything' }))}, 'town',
      'ministry', 'people', 'permit@1', ${content.request}, ${NOON})`.execute(store.db)
    await insert(digestOf(content), cast.act(content, 'accept', 'ministry'))
    const book = await readBy()
    assert.deepEqual(
      book.agreements.map(({ digest }) => digest),
      [digestOf(sound)],
    )
    assert.deepEqual(told, [`${digestOf(content)} changed`])
  })

  it('are read again where something is damaged, since whose keys are registered changes', async () => {
    const content = await proposed()
    await declared(content, 'accept', 'ministry')
    let known = false
    const book = await readBy((proof, act) => (known || act.by === 'town' ? proof : undefined))
    assert.deepEqual(book.agreements, [damaged(content)])
    known = true
    const again = await book.readAgain()
    assert.notEqual(again, book)
    assert.deepEqual(again.agreements, await register.list({}))
    assert.equal(await again.readAgain(), again)
  })

  const without = async (table: 'agreement_act' | 'agreement', where: ReturnType<typeof sql>): Promise<void> => {
    await sql`alter table ${sql.table(table)} disable trigger user`.execute(store.db)
    await sql`delete from ${sql.table(table)} where ${where}`.execute(store.db)
    await sql`alter table ${sql.table(table)} enable trigger user`.execute(store.db)
  }

  it('are closed where the exchange log names an act that is gone', async () => {
    const [content, sound] = [await proposed(), await proposed()]
    await declared(content, 'accept', 'ministry')
    await declared(content, 'suspend', 'ministry')
    await without('agreement_act', sql`act = 'suspend'`)
    const book = await readBy()
    assert.equal(book.agreements[0]?.damaged, undefined, 'nothing is seen of it without the log')
    const missing = await book.compareWithLog()
    assert.deepEqual(
      missing.map(({ agreement, act, by }) => [agreement, act, by]),
      [[digestOf(content), 'suspend', 'ministry']],
    )
    assert.deepEqual(book.agreements[0], damaged(content))
    assert.deepEqual(
      book.agreements.map(({ digest }) => digest),
      [content, sound].map(digestOf),
    )
    await book.compareWithLog()
    assert.deepEqual(told, [`${digestOf(content)} missing`], 'told once')
    const again = await book.readAgain()
    assert.deepEqual(again.agreements[0], damaged(content), 'it is still gone when all is read again')
  })

  it('that are gone altogether close what their entries say that they were about, and open nothing', async () => {
    const content = await proposed()
    await without('agreement_act', sql`true`)
    await without('agreement', sql`true`)
    const book = await readBy()
    assert.deepEqual(book.agreements, [])
    await book.compareWithLog()
    const digest = digestOf(content)
    const named = {
      ...{ type: 'edno-agreement@1', id: digest, request: digest, consumer: { party: 'town', keys: [] } },
      ...{ provider: partyId('ministry'), registry: 'people', service: 'permit@1', asks: '', operations: [] },
      ...{ withhold: [], legalBases: [], purpose: '', validity: { from: '2030-06-01', until: '9999-12-31' } },
      createdAt: NOON.toISOString(),
    }
    assert.deepEqual(book.agreements, [{ digest, content: named, acts: [], damaged: true }])
    assert.deepEqual(told, [`${digest} missing`])
  })
})
