import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { sql } from 'kysely'
import { witnessCaller } from '../../../src/exchange-log/ask-witness.ts'
import { signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { type CosignatureVerifier, cosignaturesOf } from '../../../src/exchange-log/cosignature.ts'
import { Cosigning, type CosigningParts, readCosignedHead } from '../../../src/exchange-log/cosigning.ts'
import type { ExchangeLog } from '../../../src/exchange-log/exchange-log.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { noteVerifier } from '../../../src/exchange-log/note.ts'
import { readTlogProof } from '../../../src/exchange-log/tlog-proof.ts'
import { cosignedCheckpoint, cosignedCheckpointAt } from '../../../src/store/log-cosignatures.ts'
import { latestLogCheckpoint } from '../../../src/store/log-checkpoints.ts'
import type { Store } from '../../../src/store/store.ts'
import { serveWitness, type WitnessServer } from '../../../src/witness/server.ts'
import { testStore } from '../../support/database.ts'
import { aWitness, type TestWitness } from '../witness/logs.ts'
import { aLog as newLog, anExchange, consumer, exchangeOnce, judge } from './exchanges.ts'
import { freshLogKey, freshSigner } from './keys.ts'

describe('having heads cosigned', function () {
  this.timeout(60_000)
  const logs: ExchangeLog[] = []
  const witnesses: { readonly one: TestWitness; readonly server: WitnessServer }[] = []
  const aLog: typeof newLog = (...about) => {
    const log = newLog(...about)
    logs.push(log)
    return log
  }
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.stop()))
    for (const { one, server } of witnesses.splice(0)) {
      await server.close()
      rmSync(one.folder, { recursive: true, force: true })
    }
  })

  const aServer = async (log: ExchangeLog) => {
    const one = aWitness([{ ...freshSigner(), name: noteVerifier(log.vkey).name, vkey: log.vkey }])
    const onFailure = (error: unknown): void => assert.fail(String(error))
    const server = await serveWitness({ witness: one.witness, host: '127.0.0.1', port: 0, onFailure })
    witnesses.push({ one, server })
    return { one, server, caller: witnessCaller(server.url) }
  }
  const asking = (store: Store, log: ExchangeLog, more: Partial<CosigningParts>) => {
    const told: string[] = []
    const cosigning = new Cosigning({
      ...{ db: store.db, log: noteVerifier(log.vkey), witnesses: [] },
      onTrouble: (name, trouble) => void told.push(`${name}: ${trouble ?? 'ok'}`),
      ...more,
    })
    return { cosigning, told }
  }
  const grow = async (log: ExchangeLog, count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const sample = anExchange()
      await exchangeOnce(log, sample)
      assert.ok(await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000))
    }
  }
  const namesUnder = (note: string, key: CosignatureVerifier): number => cosignaturesOf(note, key).length

  it('stores what each witness signed, shows it with the head, and asks each once about one head', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    await grow(log, 2)
    const servers = [await aServer(log), await aServer(log)]
    let asked = 0
    const { cosigning, told } = asking(store, log, {
      witnesses: servers.map(({ one, caller }, i) => ({
        name: `w${i}`,
        key: one.key,
        caller: { ...caller, add: (body) => ((asked += 1), caller.add(body)) },
      })),
    })
    await cosigning.round()
    await cosigning.round()
    assert.equal(asked, 2)
    assert.deepEqual([told, cosigning.troubles, cosigning.fork], [[], [], undefined])
    const shown = await cosignedCheckpoint(store.db)
    assert.equal(shown?.size, (await latestLogCheckpoint(store.db))?.size)
    for (const { one } of servers) assert.equal(namesUnder(shown!.note, one.key), 1)
    await grow(log, 3)
    await cosigning.round()
    assert.equal(asked, 4, 'a continued log takes one question')
    for (const { one } of servers) assert.equal(one.witness.headOf(noteVerifier(log.vkey).name)?.size, 10)
    assert.equal((await cosignedCheckpointAt(store.db, shown!.size))?.note, shown?.note)
  })

  it('shows a head that is cosigned rather than one that is not yet, for a few seconds', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    await grow(log, 1)
    const { one, caller } = await aServer(log)
    await asking(store, log, { witnesses: [{ name: 'w', key: one.key, caller }] }).cosigning.round()
    await grow(log, 1)
    assert.deepEqual([(await cosignedCheckpoint(store.db))?.size, (await latestLogCheckpoint(store.db))?.size], [2, 4])
    await sql`alter table log_checkpoint disable trigger all`.execute(store.db)
    await sql`update log_checkpoint set created_at = created_at + interval '11 seconds' where size = 4`.execute(
      store.db,
    )
    assert.equal((await cosignedCheckpoint(store.db))?.size, 4)
  })

  it('gives receipts made later under the cosigned head', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    const sample = anExchange()
    await exchangeOnce(log, sample)
    await grow(log, 1)
    const { one, caller } = await aServer(log)
    await asking(store, log, { witnesses: [{ name: 'w', key: one.key, caller }] }).cosigning.round()
    const head = await readCosignedHead(store.db, noteVerifier(log.vkey))
    log.showCosigned(head!)
    const receipt = await log.waitForReceipt(consumer, sample.plan.exchangeId, 30_000)
    assert.ok(judge(receipt!, sample, log.vkey).holds)
    assert.equal(namesUnder(readTlogProof(receipt!.proof).checkpoint, one.key), 1)
    const stranger = aWitness([])
    const verdict = (...witnessKeys: string[]) => judge(receipt!, sample, log.vkey, { witnessKeys })
    assert.equal(verdict(one.key.vkey).cosigned?.[0]?.by, one.key.name)
    for (const keys of [[stranger.key.vkey], [one.key.vkey, stranger.key.vkey]])
      assert.deepEqual(
        verdict(...keys).findings.filter(({ holds }) => !holds),
        [{ what: 'checkpoint.witnesses', holds: false }],
      )
    rmSync(stranger.folder, { recursive: true })
  })

  it('finds by itself what the witness saw last, when it has forgotten', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    await grow(log, 2)
    const { one, caller } = await aServer(log)
    const witness = { name: 'w', key: one.key, caller }
    await asking(store, log, { witnesses: [witness] }).cosigning.round()
    await sql`alter table log_cosignature disable trigger all`.execute(store.db)
    await sql`delete from log_cosignature`.execute(store.db)
    await grow(log, 2)
    const { cosigning } = asking(store, log, { witnesses: [witness] })
    await cosigning.round()
    assert.deepEqual(cosigning.troubles, [])
    assert.equal(one.witness.headOf(noteVerifier(log.vkey).name)?.size, 8)
  })

  const replies: Readonly<Record<string, { readonly reply: () => string | Promise<never>; readonly trouble: string }>> =
    {
      'is away': { reply: () => Promise.reject(new Error('away')), trouble: 'no-answer' },
      'answers garbage': { reply: () => 'garbage', trouble: 'bad-answer' },
      'signs with another key': { reply: () => '— witness.audit.example.bg/w1 AAAAAAAA\n', trouble: 'bad-answer' },
    }
  for (const [what, { reply, trouble }] of Object.entries(replies))
    it(`goes on without a witness that ${what}, says so once, and says when it is back`, async () => {
      const store = await testStore()
      const log = aLog(store)
      await log.start()
      await grow(log, 1)
      const { one, caller } = await aServer(log)
      let well = false
      const add: typeof caller.add = async (body) => {
        if (well) return caller.add(body)
        try {
          return { kind: 'line', line: await reply() }
        } catch {
          return { kind: 'no-answer' }
        }
      }
      const { cosigning, told } = asking(store, log, {
        witnesses: [{ name: 'w', key: one.key, caller: { ...caller, add } }],
      })
      await cosigning.round()
      await cosigning.round()
      assert.deepEqual([told, cosigning.troubles], [[`w: ${trouble}`], [`w: ${trouble}`]])
      assert.equal(namesUnder((await cosignedCheckpoint(store.db))!.note, one.key), 0)
      well = true
      await new Promise((resolve) => setTimeout(resolve, 5100))
      await cosigning.round()
      assert.deepEqual(told, [`w: ${trouble}`, 'w: ok'])
    })

  it('does not store a cosignature of another head, or of an unknown witness', async () => {
    const store = await testStore()
    const log = aLog(store)
    await log.start()
    await grow(log, 1)
    const first = await aServer(log)
    const earlier = (await latestLogCheckpoint(store.db))!
    const reply = await first.caller.add(`old 0\n\n${earlier.note}`)
    await grow(log, 1)
    for (const key of [first.one.key, (await aServer(log)).one.key]) {
      const caller = { ...first.caller, add: () => Promise.resolve(reply) }
      const { cosigning } = asking(store, log, { witnesses: [{ name: 'w', key, caller }] })
      await cosigning.round()
      assert.deepEqual(cosigning.troubles, ['w: bad-answer'])
    }
    assert.deepEqual(await store.db.selectFrom('log_cosignature').selectAll().execute(), [])
  })

  describe('when the log is not the one that the witness saw', () => {
    /** Another database with the key of the log: the first entries of the log, and then others. */
    const another = async (from: Store, { key, same, more }: { key: string; same: number; more: number }) => {
      const store = await testStore()
      const rows = await from.db.selectFrom('log_entry').select(['bytes', 'event']).orderBy('index').execute()
      for (const { bytes, event } of rows.slice(0, same))
        await store.db
          .insertInto('log_entry')
          .values({ bytes, leaf_hash: leafHash(bytes), event })
          .execute()
      const alarms: string[] = []
      const onAlarm = ({ error }: { error: unknown }): void => void alarms.push((error as Error).message)
      const log = aLog(store, { signingKeyPem: key, onAlarm })
      await log.start()
      await log.stop()
      const again = aLog(store, { signingKeyPem: key, onAlarm })
      await again.start()
      await grow(again, more)
      return { store, log: again, alarms }
    }
    const cases = {
      'rolled back to an earlier state': {
        same: 4,
        more: 0,
        says: /a head of 8 entries .* and the log has 4: it was rolled back/,
      },
      'replaced by a shorter one': { same: 2, more: 1, says: /a head of 8 entries .* and the log has 4/ },
      'replaced by one of the same length': { same: 6, more: 1, says: /a head of 8 entries .* another history/ },
      'replaced by a longer one': { same: 6, more: 3, says: /a head of 8 entries .* another history/ },
    }
    for (const [what, { same, more, says }] of Object.entries(cases))
      it(`opens no exchange any more: ${what}`, async () => {
        const key = freshLogKey()
        const store = await testStore()
        const log = aLog(store, { signingKeyPem: key })
        await log.start()
        await grow(log, 4)
        const { one, caller } = await aServer(log)
        const witness = { name: 'audit', key: one.key, caller }
        await asking(store, log, { witnesses: [witness] }).cosigning.round()
        await log.stop()

        const other = await another(store, { key, same, more })
        const { cosigning } = asking(other.store, other.log, { witnesses: [witness] })
        await cosigning.round()
        assert.match(cosigning.fork?.message ?? '', says)
        assert.match(cosigning.fork?.message ?? '', /^the witness audit holds/)
        assert.equal(one.witness.headOf(noteVerifier(log.vkey).name)?.size, 8, 'the witness stays')
        other.log.halt(cosigning.fork!)
        const sample = anExchange()
        await assert.rejects(other.log.open(sample.plan, sample.request), { code: 'broker.log-unavailable' })
        assert.match(other.alarms.join(), says)
      })

    it('believes no witness that only says so, or shows a head of another key', async () => {
      const store = await testStore()
      const log = aLog(store)
      await log.start()
      await grow(log, 1)
      const { one, caller } = await aServer(log)
      const add = () => Promise.resolve({ kind: 'size', size: 1000 } as const)
      const { name } = noteVerifier(log.vkey)
      const forged = signCheckpoint({ origin: name, size: 1000, root: Buffer.alloc(32) }, [freshSigner(name)])
      for (const head of [caller.head, () => Promise.resolve(forged), () => Promise.resolve('x')]) {
        const { cosigning } = asking(store, log, { witnesses: [{ name: 'w', key: one.key, caller: { add, head } }] })
        await cosigning.round()
        assert.deepEqual([cosigning.fork, cosigning.troubles], [undefined, ['w: unproven']])
      }
    })
  })
})
