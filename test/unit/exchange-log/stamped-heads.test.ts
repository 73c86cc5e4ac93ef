import assert from 'node:assert/strict'
import * as asn1js from 'asn1js'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportLog } from '../../../src/client/export-log.ts'
import { logFolder } from '../../../src/client/log-folder.ts'
import { checkpointText, openCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { cosigner } from '../../../src/exchange-log/cosignature.ts'
import type { LogSource, StampedHead } from '../../../src/exchange-log/log-source.ts'
import { noteVerifier } from '../../../src/exchange-log/note.ts'
import { type LogFindingCode, type LogVerdict, verifyLog } from '../../../src/exchange-log/verify-log.ts'
import { askTimeStamp } from '../../../src/pki/time-stamp-request.ts'
import { forgedStamp, type StampWish } from '../../support/forged-stamps.ts'
import { makeStampKeys, type StampKeys } from '../../support/openssl-tsa.ts'
import { freshLogKey } from './keys.ts'
import { MemoryLog, someEntries } from './memory-log.ts'

const SIZE = 600
/** Three more than there are in the log that is judged. */
const all = someEntries(SIZE + 3)
const signingKeyPem = freshLogKey()
const aLog = (size = SIZE, entries = all): MemoryLog => new MemoryLog(entries.slice(0, size), signingKeyPem)
const failing = ({ findings }: LogVerdict): (readonly [LogFindingCode, string | undefined])[] =>
  findings.filter(({ holds }) => !holds).map(({ what, at }) => [what, at])

describe('what others say of the heads of a log', function () {
  this.timeout(60_000)
  let keys: StampKeys
  before(async () => {
    keys = await makeStampKeys()
  })

  const stampOver = (octets: Uint8Array, wish: StampWish = {}, by = keys): Uint8Array => {
    const reply = forgedStamp(askTimeStamp(octets).request, by, wish)
    const answer = asn1js.fromBER(Uint8Array.from(reply)).result
    assert.ok(answer instanceof asn1js.Sequence)
    return new Uint8Array(answer.valueBlock.value[1]!.toBER())
  }
  const textOf = (note: string, { vkey } = aLog()): Buffer =>
    Buffer.from(checkpointText(openCheckpoint(note, noteVerifier(vkey))))
  const stamped = (log: MemoryLog, wish?: StampWish, by?: StampKeys): StampedHead => {
    const note = log.checkpoint
    return { size: log.entries.length, note, token: stampOver(textOf(note, log), wish, by) }
  }
  const withStamps = (log: MemoryLog, stamps: readonly StampedHead[]): LogSource => ({
    read: log.read,
    async *stampedHeads(from) {
      yield* stamps.filter(({ size }) => size >= from)
    },
  })
  const verify = (source: LogSource, authorities = keys.authority.pem): Promise<LogVerdict> =>
    verifyLog({ source, logKey: aLog().vkey, timeStampAuthorities: authorities })

  it('holds where each stamp is over a head that the log continues, and tells how far stamps reach', async () => {
    const verdict = await verify(withStamps(aLog(), [stamped(aLog(3)), stamped(aLog(300)), stamped(aLog(SIZE))]))
    assert.deepEqual(failing(verdict), [])
    assert.equal(verdict.holds, true)
    assert.equal(verdict.stamped?.size, SIZE)
    assert.match(verdict.stamped.by, /Test time stamps/)
    for (const what of ['stamps.hold', 'stamps.authority', 'stamps.time'] as const)
      assert.ok(verdict.findings.some((finding) => finding.what === what && finding.holds))
    const unasked = await verifyLog({ source: aLog(), logKey: aLog().vkey })
    assert.ok(unasked.findings.every(({ what }) => !what.startsWith('stamps.')))
  })

  it('does not hold without any stamp, where an authority was named', async () => {
    assert.deepEqual(failing(await verify(aLog())), [['stamps.hold', 'no stamp']])
  })

  it('does not hold where a stamp is broken, over something else, or of a head that was not signed', async () => {
    const good = stamped(aLog(300))
    const bad: readonly StampedHead[] = [
      stamped(aLog(300), { brokenSignature: true }),
      { ...good, token: stampOver(Buffer.from('something else')) },
      { ...good, token: Buffer.from('no stamp') },
      { ...good, size: 299 },
      { ...good, note: good.note.replace('300', '301') },
      { ...good, note: '' },
    ]
    for (const one of bad) {
      const verdict = await verify(withStamps(aLog(), [one, stamped(aLog(SIZE))]))
      assert.deepEqual(failing(verdict), [['stamps.hold', `size ${one.size}`]])
    }
  })

  it('does not hold where the history under a stamp was replaced and signed again', async () => {
    const other = aLog(300, all.toReversed())
    assert.deepEqual(failing(await verify(withStamps(aLog(), [stamped(other)]))), [['stamps.hold', 'size 300']])
    const longer = aLog(SIZE + 3)
    assert.deepEqual(failing(await verify(withStamps(aLog(), [stamped(longer)]))), [
      ['stamps.hold', `size ${SIZE + 3}`],
    ])
  })

  it('does not believe the stamp of an authority that was not named', async () => {
    const strange = await makeStampKeys()
    const verdict = await verify(withStamps(aLog(), [stamped(aLog(300), {}, strange), stamped(aLog())]))
    assert.deepEqual(failing(verdict), [['stamps.authority', 'size 300']])
  })

  it('finds an entry that claims to be later than a stamp over it', async () => {
    // The entries of this log are of 22 November 2026; the clock of tests may be.
    const early = { at: new Date('2026-11-21T00:00:00Z') }
    const older = await makeStampKeys({ from: new Date('2026-01-01'), until: new Date('2027-06-01') })
    const authorities = older.authority.pem
    const verdict = await verify(withStamps(aLog(), [stamped(aLog(300), early, older)]), authorities)
    assert.deepEqual(failing(verdict), [['stamps.time', 'size 300']])
  })

  it('requires the cosignature of every named witness over the newest head', async () => {
    const [one, two] = [cosigner('one.example/w', freshLogKey()), cosigner('two.example/w', freshLogKey())]
    const log = aLog()
    const head = openCheckpoint(log.checkpoint, noteVerifier(log.vkey))
    log.files.set('checkpoint', Buffer.from(`${log.checkpoint}${one.cosign(head, new Date())}`))
    const judge = (...witnessKeys: string[]): Promise<LogVerdict> =>
      verifyLog({ source: log, logKey: log.vkey, witnessKeys })
    const both = await judge(one.vkey, two.vkey)
    assert.deepEqual(failing(both), [['checkpoint.witnesses', '1 of 2']])
    assert.equal(both.holds, false)
    const seen = await judge(one.vkey)
    assert.equal(seen.holds, true)
    assert.equal(seen.cosigned?.[0]?.by, 'one.example/w')
    const forged = cosigner('one.example/w', freshLogKey())
    assert.deepEqual(failing(await judge(forged.vkey)), [['checkpoint.witnesses', '1 of 1']])
  })

  it('goes into an export beside the tiles, once, and is verified from there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-stamped-'))
    try {
      const stamps = [stamped(aLog(3)), stamped(aLog(300)), stamped(aLog(SIZE))]
      const first = aLog(400)
      const logKey = first.vkey
      await exportLog({ source: withStamps(first, stamps), folder, logKey })
      const names = (): string[] =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.tsr'))
          .toSorted()
      assert.deepEqual(names(), ['stamp.3.tsr', 'stamp.300.tsr'], 'none over a head that the copy does not reach')
      assert.equal((await verify(logFolder(folder))).holds, true)
      await exportLog({ source: withStamps(aLog(), stamps), folder, logKey })
      assert.deepEqual(names(), ['stamp.3.tsr', 'stamp.300.tsr', 'stamp.600.tsr'])
      const { holds, stamped: newest } = await verify(logFolder(folder))
      assert.deepEqual([holds, newest?.size], [true, SIZE])
      rmSync(join(folder, 'checkpoint.300'))
      assert.deepEqual(failing(await verify(logFolder(folder))), [['stamps.hold', 'size 300']])
      writeFileSync(join(folder, 'checkpoint.300'), 'garbage\n\n— x y\n')
      assert.equal((await verify(logFolder(folder))).holds, false)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
