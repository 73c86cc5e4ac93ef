import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { describe, it } from 'mocha'
import type { AgreementContent } from '../../../../src/model/agreement.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import { stateOf } from '../../../../src/policy/agreement/state.ts'
import { type AccessRegister, REGISTER_LIMITS } from '../../../../src/policy/register/access-register.ts'
import type { Store } from '../../../../src/store/store.ts'
import { openDatabase } from '../../../../src/store/pool.ts'
import { testDatabaseUrl, testStore } from '../../../support/database.ts'
import { aCast, aRegister, type Cast, type Name, NOON } from './a-register.ts'

describe('who fills the register at the cost of others', function () {
  this.timeout(60_000)
  let store: Store
  /** For what takes long on a busy machine. */
  let patient: Store['db']
  let cast: Cast
  beforeEach(async () => {
    const databaseUrl = await testDatabaseUrl()
    store = await testStore(databaseUrl)
    patient = openDatabase({ databaseUrl, connections: 2, statementTimeoutMs: 50_000 })
    cast = await aCast()
  })
  afterEach(() => patient.destroy())

  const refused = async (attempt: () => Promise<unknown>, message: RegExp): Promise<void> =>
    assert.rejects(attempt, (error: Error & { code?: string }) => {
      assert.equal(error.code, 'agreement.act-refused', error.message)
      assert.match(error.message, message)
      return true
    })
  const propose = async (
    register: AccessRegister,
    count: number,
    change: Partial<AgreementContent> = {},
  ): Promise<readonly AgreementContent[]> => {
    const contents = Array.from({ length: count }, () => cast.content(change))
    await register.propose(contents.map(cast.proposal), NOON)
    return contents
  }
  const declare = (
    register: AccessRegister,
    content: AgreementContent | undefined,
    kind: Parameters<Cast['act']>[1],
    by: Name,
  ) => {
    assert.ok(content)
    return register.act(cast.sign(cast.act(content, kind, by)), NOON)
  }

  it('is refused a sixth proposal for one registry and service, and is let in as soon as one waits no more', async () => {
    const register = aRegister(store, cast, REGISTER_LIMITS)
    await refused(
      () => propose(register, 6),
      /^agreement\.act-refused: town would have 6 proposals open for permit@1 at people; 5 is the limit: withdraw some that wait$/,
    )
    assert.deepEqual(await register.list({}), [], 'all or none')
    const [first, second, third, fourth] = await propose(register, 5)
    await refused(() => propose(register, 1), /5 is the limit/)
    await declare(register, first, 'accept', 'ministry')
    await declare(register, second, 'refuse', 'ministry')
    await declare(register, third, 'withdraw', 'town')
    await propose(register, 3)
    await refused(() => propose(register, 1), /5 is the limit/)
    await declare(register, fourth, 'accept', 'ministry')
    await declare(register, fourth, 'suspend', 'ministry')
    await propose(register, 1)
  })

  it('is refused more than a number in all, of which another consumer has its own', async () => {
    const register = aRegister(store, cast, { ...REGISTER_LIMITS, open: 2 })
    await propose(register, 2)
    await refused(() => propose(register, 1), /town would have 3 proposals open; 2 is the limit/)
    const city = cast.act(cast.content(), 'accept', 'city').by
    const theirs = cast.content({ consumer: { party: city, keys: [cast.keyOf('city')] } })
    const accept = cast.sign(cast.act(theirs, 'accept', 'city'))
    await register.propose([{ content: theirs, accept }], NOON)
  })

  it('counts as waiting what waits for a delegate alone, and not what is past its last day', async () => {
    const register = aRegister(store, cast, { ...REGISTER_LIMITS, open: 1 })
    const delegate = { party: cast.act(cast.content(), 'accept', 'village').by, keys: [cast.keyOf('village')] }
    const [content] = await propose(register, 1, { delegate })
    await declare(register, content, 'accept', 'ministry')
    await refused(() => propose(register, 1), /1 is the limit/)
    await declare(register, content, 'accept', 'village')
    await propose(register, 1, { validity: { from: '2030-01-01', until: '2030-06-01' } })
    await refused(() => propose(register, 1), /1 is the limit/)
    const tomorrow = new Date('2030-06-01T21:30:00.000Z')
    await register.propose([cast.proposal(cast.content())], tomorrow)
  })

  it('is refused to suspend without end, and may always resume and end it; nobody else loses anything by it', async () => {
    const register = aRegister(store, cast, { ...REGISTER_LIMITS, suspensions: 2 })
    const [content] = await propose(register, 1)
    await declare(register, content, 'accept', 'ministry')
    for (const kind of ['suspend', 'resume', 'suspend', 'resume'] as const)
      await declare(register, content, kind, 'town')
    await refused(() => declare(register, content, 'suspend', 'town'), /consumer suspended it 2 times already/)
    for (const kind of ['suspend', 'resume', 'suspend'] as const) await declare(register, content, kind, 'ministry')
    await declare(register, content, 'resume', 'ministry')
    const ended = await declare(register, content, 'revoke', 'town')
    assert.equal(stateOf(ended.content, ended.acts, NOON).name, 'revoked')
  })

  it('waits for its turn without a connection: of many that write at once, one is in the database', async () => {
    let [now, most] = [0, 0]
    const counting: Pick<Store, 'db' | 'transaction'> = {
      db: store.db,
      transaction: async (work) => {
        most = Math.max(most, (now += 1))
        return store.transaction(work).finally(() => (now -= 1))
      },
    }
    const register = aRegister(counting, cast, REGISTER_LIMITS)
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => propose(register, 1)))
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 5, 'and a refusal stops nobody')
    assert.equal(most, 1)
  })

  it('reads lists of any length, of which only what concerns the reader, from where it stopped', async () => {
    const register = aRegister({ ...store, db: patient }, cast)
    const delegate = { party: cast.act(cast.content(), 'accept', 'village').by, keys: [cast.keyOf('village')] }
    const [first] = await propose(register, 1)
    const [second] = await propose(register, 1, { delegate, purpose: 'not "party":"city" of course' })
    assert.ok(first && second)
    // More than the parameters of one statement; in steps, so that none takes long on a busy machine.
    for (let from = 1; from <= 66_000; from += 6000)
      await sql`insert into agreement select encode(sha256(n::text::bytea), 'hex'), '{}'::bytea, 'other', 'police',
        'people', 'permit@1', ${first.request}, '2031-01-01' from generate_series(${from}::int, ${from + 5999}::int) n`.execute(
        store.db,
      )
    assert.equal((await register.list({})).length, 66_002)
    const walk = async (among: string[] | undefined, after?: string): Promise<string[]> => {
      const seen: string[] = []
      const from = { ...(among && { among }), ...(after && { after }) }
      for await (const { digest } of register.walk({ service: 'permit@1' }, from)) if (seen.push(digest) > 1200) break
      return seen
    }
    const both = [first, second].map(digestOf).toSorted()
    assert.deepEqual((await walk(['town'])).toSorted(), both)
    assert.deepEqual(await walk(['ministry'], (await walk(['town']))[0]), (await walk(['town'])).slice(1))
    assert.deepEqual(await walk(['village']), [digestOf(second)])
    assert.deepEqual(await walk(['city']), [])
    assert.deepEqual(await walk([]), [])
    assert.equal(new Set(await walk(undefined)).size, 1201)
  })
})
