import assert from 'node:assert/strict'
import { searchMarks } from '../../../src/store/search-marks.ts'

const marks = searchMarks(Buffer.alloc(32, 1))

describe('the mark of an official', () => {
  it('is the same however the identifier was typed', () => {
    assert.equal(marks.official('troyan', 'Clerk-1 '), marks.official('troyan', 'clerk-1'))
    assert.match(marks.official('troyan', 'clerk-1'), /^[0-9a-f]{32}$/)
  })

  it('is another one for another official, another consumer, another key', () => {
    const all = [
      marks.official('troyan', 'clerk-1'),
      marks.official('troyan', 'clerk-2'),
      marks.official('vidin', 'clerk-1'),
      // Nor can parts be moved from one name to the other.
      marks.official('troyan","clerk', '-1'),
      searchMarks(Buffer.alloc(32, 2)).official('troyan', 'clerk-1'),
    ]
    assert.equal(new Set(all).size, all.length)
  })
})

describe('the mark of a person', () => {
  const number = '8427029967'
  const egn = { identifierType: 'egn', identifier: number } as const

  it('is the same whoever asks, and however the number was typed', () => {
    assert.equal(marks.person({ ...egn, identifier: ` ${number}\n` }), marks.person(egn))
    assert.match(marks.person(egn), /^[0-9a-f]{32}$/)
    assert.ok(!marks.person(egn).includes(number))
  })

  it('is another one for another kind of number, another key, and an official of the same number', () => {
    const all = [
      marks.person(egn),
      marks.person({ ...egn, identifierType: 'lnch' }),
      marks.official('egn', number),
      searchMarks(Buffer.alloc(32, 2)).person(egn),
    ]
    assert.equal(new Set(all).size, all.length)
  })
})
