import assert from 'node:assert/strict'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { entryBytes } from '../../../src/exchange-log/entry.ts'
import { EntryScanner } from '../../../src/exchange-log/scan-entry.ts'
import { entriesOf } from './memory-log.ts'

const AT = new Date('2026-11-22T10:00:59.999Z')
const ENTRIES = entriesOf(AT, '0198c7b2-1234-7000-8000-00000000abcd').map(entryBytes)
const LETTERS = fc.constantFrom(...Array.from(' "{}[],:0-.19\\aefAZTn\n\u0000\u00e9'))

describe('the scanner of entries', () => {
  it('takes no edited entry that is not canonical, and reads of others what they say', () => {
    const scanner = new EntryScanner()
    const edit = fc.record({ at: fc.nat(), letter: LETTERS, instead: fc.boolean() })
    fc.assert(
      fc.property(fc.constantFrom(...ENTRIES), fc.array(edit, { maxLength: 2 }), (entry, edits) => {
        let text = entry.toString('latin1')
        for (const { at, letter, instead } of edits) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + letter + text.slice(place + (instead ? 1 : 0))
        }
        const bytes = Buffer.from(text)
        const taken = scanner.scan(bytes, 0, bytes.length)
        assert.ok(taken || edits.length > 0)
        if (!taken) return
        const said = JSON.parse(text) as Readonly<Record<string, unknown>>
        assert.equal(canonicalize(said), text)
        assert.equal(scanner.event, said['event'])
        assert.equal(new Date(scanner.time).toISOString(), said['time'])
        assert.equal(scanner.consumer, (said['consumer'] as string).replaceAll(/[^ -~]/g, '?'))
        const digits = [...scanner.exchange].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
        assert.equal(digits, (said['exchangeId'] as string).replaceAll('-', ''))
      }),
      { numRuns: 20_000, endOnFailure: true },
    )
  })

  it('reads nothing of the octets behind an entry', () => {
    const scanner = new EntryScanner()
    for (const entry of ENTRIES) {
      const twice = Buffer.concat([entry, entry])
      assert.ok(scanner.scan(twice, 0, entry.length))
      for (let to = 0; to < twice.length; to += 1)
        if (to !== entry.length) assert.ok(!scanner.scan(twice, 0, to), `${to} of ${entry.length}`)
    }
  })

  it('tells words apart whose slots are the same, and takes a minute as it was read', () => {
    const scanner = new EntryScanner()
    for (let i = 0; i < 5000; i += 1) {
      const time = new Date(AT.getTime() + i * 7001)
      const consumer = `town-${i % 3000}`
      const bytes = entryBytes({ ...(entriesOf(time)[0] as object), consumer } as never)
      assert.ok(scanner.scan(bytes, 0, bytes.length))
      assert.deepEqual([scanner.consumer, scanner.time], [consumer, time.getTime()])
    }
  })
})
