import assert from 'node:assert/strict'
import { entryBytes, type LogEntry } from '../../../src/exchange-log/entry.ts'
import { readEntry } from '../../../src/exchange-log/read-entry.ts'

const entry: LogEntry = {
  v: 1,
  time: '2026-11-22T08:00:00.000Z',
  event: 'refused',
  consumer: 'troyan',
  signerCertificate: 'ab'.repeat(32),
  requestCommit: 'c29tZXRoaW5n',
  problem: 'access.not-granted',
}

describe('a log entry', () => {
  it('is canonical JSON: sorted members, no spaces, nothing for what is absent', () => {
    assert.equal(
      entryBytes(entry).toString(),
      `{"consumer":"troyan","event":"refused","problem":"access.not-granted","requestCommit":"c29tZXRoaW5n","signerCertificate":"${'ab'.repeat(32)}","time":"2026-11-22T08:00:00.000Z","v":1}`,
    )
  })

  it('reads back as it was written, calls included', () => {
    const answered: LogEntry = {
      ...entry,
      event: 'answered',
      calls: [
        { call: 'driver', operation: 'civil-registry/valid-person@1', outcome: 'late', problem: 'provider.timeout' },
      ],
    }
    assert.deepEqual(readEntry(entryBytes(entry)), entry)
    assert.deepEqual(readEntry(entryBytes(answered)), answered)
  })

  it('has one spelling: other bytes of the same value are refused', () => {
    const text = entryBytes(entry).toString()
    const spellings = [
      ` ${text}`,
      text.replace(':', ': '),
      JSON.stringify(entry),
      `\uFEFF${text}`,
      text.replace('troyan', '\\u0074royan'),
    ]
    for (const each of spellings) assert.throws(() => readEntry(Buffer.from(each)), { kind: 'entry-malformed' }, each)
  })

  it('is refused with unknown members, another version, another event or another type', () => {
    const wrong: object[] = [
      { ...entry, v: 2 },
      { ...entry, event: 'erased' },
      { ...entry, index: 4 },
      { ...entry, consumer: 7 },
      { ...entry, calls: [{ call: 'driver' }] },
      { ...entry, calls: [{ call: 'a', operation: 'b', outcome: 'found', egn: 'x' }] },
    ]
    for (const each of wrong) {
      const bytes = Buffer.from(
        JSON.stringify(Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))),
      )
      assert.throws(() => readEntry(bytes), { kind: 'entry-malformed' }, bytes.toString())
    }
    assert.throws(() => readEntry(Buffer.from('no json')), { kind: 'entry-malformed' })
    assert.throws(() => readEntry(Buffer.from('[]')), { kind: 'entry-malformed' })
    assert.throws(() => readEntry(Buffer.of(0xff, 0xfe)), { kind: 'entry-malformed' })
  })

  it('has at most 65,535 bytes', () => {
    assert.throws(() => entryBytes({ ...entry, service: 'x'.repeat(65_535) }), { kind: 'entry-too-large' })
  })
})
