import assert from 'node:assert/strict'
import { entryBytes } from '../../../src/exchange-log/entry.ts'
import { leafHash } from '../../../src/exchange-log/merkle.ts'
import { type LogFindingCode, type LogVerdict, verifyLog } from '../../../src/exchange-log/verify-log.ts'
import { freshLogKey } from './keys.ts'
import { COMMITMENT, entriesOf, MemoryLog, someEntries } from './memory-log.ts'

const SIZE = 600
const entries = someEntries(SIZE)
const signingKeyPem = freshLogKey()
const aLog = (changed: readonly Buffer[] = entries): MemoryLog => new MemoryLog(changed, signingKeyPem)
const verify = (log: MemoryLog, since?: string): Promise<LogVerdict> =>
  verifyLog({ source: log, logKey: log.vkey, ...(since === undefined ? {} : { since }) })
const failing = ({ findings }: LogVerdict): LogFindingCode[] =>
  findings.filter(({ holds }) => !holds).map(({ what }) => what)
const placeOf = ({ findings }: LogVerdict, code: LogFindingCode): string | undefined =>
  findings.find(({ what }) => what === code)?.at

function flip(log: MemoryLog, path: string, at = 40): void {
  const bytes = log.files.get(path)
  assert.ok(bytes, path)
  bytes[at]! ^= 1
}

const time = (text: string): Date => new Date(text)
const json = (bytes: Buffer): Record<string, unknown> => JSON.parse(bytes.toString()) as Record<string, unknown>

describe('the verification of a whole log', function () {
  this.timeout(60_000)

  it('finds that a whole log holds, and says what it read', async () => {
    const verdict = await verify(aLog(), aLog(entries.slice(0, 300)).checkpoint)
    assert.deepEqual(failing(verdict), [])
    assert.ok(verdict.holds)
    assert.deepEqual(verdict.unchecked, [])
    assert.deepEqual([verdict.entries, verdict.opened, verdict.answered], [600, 200, 200])
    assert.equal(verdict.from, '2026-11-22T00:00:00.000Z')
  })

  for (const size of [0, 1, 2, 255, 256, 257, 512])
    it(`holds at a size of ${size}`, async () => {
      const verdict = await verify(aLog(entries.slice(0, size)))
      assert.deepEqual(failing(verdict), [])
      assert.ok(verdict.holds)
      assert.equal(verdict.entries, size)
    })

  it('holds over three levels of tiles', async () => {
    const verdict = await verify(new MemoryLog(someEntries(65_793)))
    assert.ok(verdict.holds, JSON.stringify(verdict.findings))
  })

  it('reads every file once, and the tiles that follow from others too', async () => {
    const log = aLog()
    await verify(log)
    assert.equal(new Set(log.asked).size, log.asked.length)
    assert.deepEqual(new Set(log.asked), new Set([...log.files.keys()].filter((path) => path !== 'log.vkey')))
  })

  for (const path of [
    'tile/entries/000',
    'tile/entries/001',
    'tile/entries/002.p/88',
    'tile/0/000',
    'tile/0/001',
    'tile/0/002.p/88',
    'tile/1/000.p/2',
    'checkpoint',
  ])
    it(`finds one flipped bit in ${path}`, async () => {
      const log = aLog()
      flip(log, path, 50)
      const verdict = await verify(log)
      assert.ok(!verdict.holds)
      const [kind] = path.startsWith('tile/entries')
        ? ['entries.root' as const]
        : path === 'checkpoint'
          ? ['checkpoint.signature' as const]
          : ['tiles.derived' as const]
      assert.ok(failing(verdict).includes(kind), JSON.stringify(verdict.findings))
    })

  for (const path of ['tile/entries/001', 'tile/entries/002.p/88', 'tile/0/000', 'tile/1/000.p/2'])
    it(`finds that ${path} is missing`, async () => {
      const log = aLog()
      log.files.delete(path)
      const verdict = await verify(log)
      assert.ok(!verdict.holds)
      assert.match(JSON.stringify(verdict.findings), new RegExp(path.replaceAll('.', '\\.')))
    })

  it('says what it could not look into where entries are missing', async () => {
    const log = aLog()
    log.files.delete('tile/entries/001')
    const { unchecked, findings } = await verify(log)
    assert.deepEqual(unchecked, ['entries.form', 'entries.order', 'entries.time'])
    assert.ok(!findings.some(({ what }) => what === 'entries.form'))
  })

  it('finds an entry that was forged together with its leaf and its tiles', async () => {
    const log = aLog()
    const forged = Buffer.from(entries[300]!.toString().replace('zavp-24a', 'zavp-24b'))
    log.entries[300] = forged
    log.files.set('tile/entries/001', log.bundle({ number: 1, width: 256 }))
    leafHash(forged).copy(log.files.get('tile/0/001')!, (300 - 256) * 32)
    const verdict = await verify(log)
    assert.deepEqual(failing(verdict), ['tiles.derived', 'entries.root'])
  })

  it('names the entry that differs from its leaf hash', async () => {
    const log = aLog()
    log.entries[300] = Buffer.from(entries[300]!.toString().replace('zavp-24a', 'zavp-24b'))
    log.files.set('tile/entries/001', log.bundle({ number: 1, width: 256 }))
    assert.equal(placeOf(await verify(log), 'tiles.derived'), 'entry 300, tile/0/001')
  })

  it('finds a history that was signed anew with the right key, by the head that the auditor kept', async () => {
    const kept = aLog(entries.slice(0, 400)).checkpoint
    const other = [...entries]
    ;[other[11], other[12]] = [other[12]!, other[11]!]
    const verdict = await verify(aLog(other), kept)
    assert.deepEqual(failing(verdict), ['log.consistent'])
    assert.equal(placeOf(verdict, 'log.consistent'), 'size 400')
  })

  it('finds that the log was cut, by the head that the auditor kept', async () => {
    const verdict = await verify(aLog(entries.slice(0, 300)), aLog().checkpoint)
    assert.deepEqual(failing(verdict), ['log.consistent'])
  })

  it('compares the heads that lie beside the newest, and one that nobody signed', async () => {
    const olderHeads =
      (...notes: string[]) =>
      () =>
        Promise.resolve(notes)
    const good = [aLog(entries.slice(0, 1)).checkpoint, aLog(entries.slice(0, 256)).checkpoint, aLog().checkpoint]
    const judge = (...notes: string[]): Promise<LogVerdict> =>
      verifyLog({ source: { read: aLog().read, olderHeads: olderHeads(...notes) }, logKey: aLog().vkey })
    assert.ok((await judge(...good)).holds)
    const forked = aLog(entries.slice(1, 200)).checkpoint
    assert.deepEqual(failing(await judge(...good, forked)), ['heads.consistent'])
    const foreign = new MemoryLog(entries.slice(0, 5)).checkpoint
    assert.deepEqual(failing(await judge(...good, foreign)), ['heads.consistent'])
    assert.deepEqual(failing(await judge('nonsense')), ['heads.consistent'])
  })

  it('believes no head of another key, and then nothing', async () => {
    const log = aLog()
    const verdict = await verifyLog({ source: log, logKey: new MemoryLog([]).vkey, since: log.checkpoint })
    assert.deepEqual(failing(verdict), ['checkpoint.signature'])
    assert.equal(verdict.unchecked.length, 6)
    assert.equal(verdict.head, undefined)
  })

  it('refuses a log without a head', async () => {
    const log = aLog()
    log.files.delete('checkpoint')
    await assert.rejects(verify(log), { kind: 'checkpoint-malformed' })
  })

  describe('of entries that were signed so', () => {
    const at = time('2026-11-22T10:00:00.000Z')
    const [opened, asked, answered] = entriesOf(at).map(entryBytes) as [Buffer, Buffer, Buffer]
    const [foreign] = entriesOf(at).map(entryBytes) as [Buffer]
    const changed = (bytes: Buffer, change: object): Buffer => entryBytes({ ...json(bytes), ...change } as never)
    const without = (bytes: Buffer, name: string): Buffer => {
      const { [name]: _, ...rest } = json(bytes)
      return entryBytes(rest as never)
    }
    const late = changed(asked, {
      ...{ event: 'late', questions: undefined, call: 'driver', operation: 'civil-registry/valid-person@1' },
      ...{ outcome: 'found', supplementCommit: COMMITMENT },
    })

    const ORDERS: Readonly<Record<string, readonly [LogFindingCode | undefined, ...Buffer[]]>> = {
      'an exchange opened, asked, answered, then late': [undefined, opened, asked, answered, late],
      'two exchanges through each other': [undefined, opened, foreign, asked, answered],
      'the same id of another consumer': [undefined, opened, changed(opened, { consumer: 'lovech' })],
      'an exchange opened twice': ['entries.order', opened, opened],
      'an exchange answered twice': ['entries.order', opened, answered, answered],
      'an answer without an opening': ['entries.order', answered],
      'a question before the opening': ['entries.order', asked, opened],
      'an answer of another consumer': ['entries.order', opened, changed(answered, { consumer: 'lovech' })],
      'a supplement before the answer': ['entries.order', opened, late],
      'times that run backwards': ['entries.time', opened, changed(asked, { time: '2026-11-22T09:58:59.999Z' })],
      'times within the tolerance': [undefined, opened, changed(asked, { time: '2026-11-22T09:59:00.000Z' })],
    }
    for (const [what, [expect, ...all]] of Object.entries(ORDERS))
      it(`judges the order: ${what}`, async () => {
        assert.deepEqual(failing(await verify(aLog(all))), expect === undefined ? [] : [expect])
      })

    const text = opened.toString()
    const FORMS: Readonly<Record<string, Buffer>> = {
      'an unknown event': changed(opened, { event: 'sold' }),
      'another version': changed(opened, { v: 2 }),
      'a version in quotes': changed(opened, { v: '1' }),
      'no event': without(opened, 'event'),
      'no time': without(opened, 'time'),
      'a time without milliseconds': changed(opened, { time: '2026-11-22T10:00:00Z' }),
      'a time that does not exist': changed(opened, { time: '2026-11-22T25:00:00.000Z' }),
      'a second that does not exist': changed(opened, { time: '2026-11-22T10:00:61.000Z' }),
      'no commitment': without(opened, 'requestCommit'),
      'a field of another event': changed(opened, { answerCommit: COMMITMENT }),
      'a field that nobody knows': changed(opened, { names: 'x' }),
      'its own index': changed(opened, { index: 4 }),
      'a digest instead of a commitment': changed(opened, { requestCommit: 'ab'.repeat(32) }),
      'a commitment that is too short': changed(opened, { requestCommit: COMMITMENT.slice(1) }),
      'a commitment with stray bits at its end': changed(opened, { requestCommit: `${'A'.repeat(42)}B` }),
      'a commitment of another alphabet': changed(opened, { requestCommit: `${'A'.repeat(41)}+A` }),
      'a digest in capitals': changed(opened, { governance: 'AB'.repeat(32) }),
      'an identifier in capitals': changed(opened, {
        exchangeId: (json(opened)['exchangeId'] as string).toUpperCase(),
      }),
      'an identifier that is none': changed(opened, { exchangeId: 'x'.repeat(36) }),
      'an empty consumer': changed(opened, { consumer: '' }),
      'a list where a text belongs': changed(opened, { consumer: ['troyan'] }),
      'a number where a text belongs': changed(opened, { consumer: 1 }),
      'a fraction where a text belongs': changed(opened, { consumer: 1.5 }),
      'a time in the minute of another that does not exist': changed(opened, { time: '2026-11-22T10:00:0x.000Z' }),
      'a space': Buffer.from(text.replace(':1}', ': 1}')),
      'a newline at its end': Buffer.from(`${text}\n`),
      'a letter that is escaped without need': Buffer.from(text.replace('troyan', 'tr\\u006fyan')),
      'keys in another order': Buffer.from(
        text.replace(/^\{("basis":"[^"]*"),/, '{').replace(/,"v":1\}$/, ',"v":1,"basis":"x"}'),
      ),
      'a key twice': Buffer.from(text.replace('"basis"', '"basis":"x","basis"')),
      'no JSON': Buffer.from('opened'),
      nothing: Buffer.alloc(0),
      'a list': Buffer.from('[]'),
      'octets that are no UTF-8': Buffer.concat([opened.subarray(0, -2), Buffer.of(0xff, 0x22, 0x7d)]),
    }
    for (const [what, bytes] of Object.entries(FORMS))
      it(`finds ${what}`, async () => {
        assert.notDeepEqual(bytes, opened)
        const verdict = await verify(aLog([opened, bytes]))
        assert.deepEqual(failing(verdict), ['entries.form'], bytes.toString())
        assert.equal(placeOf(verdict, 'entries.form'), 'entry 1')
      })

    it('takes what is canonical beyond plain letters', async () => {
      const words = { before: 'ab'.repeat(32), governance: 'ab'.repeat(32), changes: ['община „Троян“ \u007f\n"'] }
      const bytes = entryBytes({ v: 1, time: at.toISOString(), event: 'governance', ...words } as never)
      assert.deepEqual(failing(await verify(aLog([bytes]))), [])
    })
  })
})
