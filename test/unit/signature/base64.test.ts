import assert from 'node:assert/strict'
import { decodeBase64 } from '../../../src/signature/base64.ts'

describe('strict base64', () => {
  it('reads octets, with white space between', () => {
    assert.deepEqual(decodeBase64('QUJD\r\n\tRA==', 4), Buffer.from('ABCD'))
  })

  for (const text of ['', ' ', 'QUJD*!!RA==', 'QUI=CRAP', 'QUJ', 'QUI', 'QUJDRB==', '_-__', 'QUJD=', 'QUJD\u00a0'])
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(decodeBase64(text, 100), undefined)
    })

  it('refuses more octets than the caller allows', () => {
    assert.ok(decodeBase64('QUJD', 3))
    assert.equal(decodeBase64('QUJD', 2), undefined)
    assert.equal(decodeBase64('QUJD'.repeat(1000), 3), undefined)
  })
})
