import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { partyId } from '../../../src/model/ids.ts'
import { spkiSha256 } from '../../../src/pki/spki.ts'
import { withPinnedKeys } from '../../../src/policy/pinned-keys.ts'
import { makeAuthority, makeLeaf } from '../../support/chains.ts'

const TOWN = partyId('town')
const NOBODY = { find: () => undefined }

describe('a pinned key', () => {
  it('makes every certificate of it the party’s: the first, and the one that renews it', async () => {
    const issuer = await makeAuthority('Authority')
    const first = await makeLeaf('town seal', { issuer })
    const renewed = await makeLeaf('town seal', { issuer, keys: first.keys })
    const finder = withPinnedKeys(NOBODY, new Map([[spkiSha256(first.read.key), TOWN]]), 'production')
    for (const { read } of [first, renewed]) {
      const found = finder.find(read.sha256, read.der)
      assert.deepEqual(
        [found?.party, found?.notAfter, found?.held.certificate.sha256],
        [TOWN, read.notAfter, read.sha256],
      )
      assert.equal(finder.find(read.sha256)?.party, TOWN, 'once seen it is known by its digest')
    }
  })

  it('tells once of each certificate that comes with it', async () => {
    const issuer = await makeAuthority('Authority')
    const first = await makeLeaf('town seal', { issuer })
    const renewed = await makeLeaf('town seal', { issuer, keys: first.keys })
    const told: string[] = []
    const pins = new Map([[spkiSha256(first.read.key), TOWN]])
    const finder = withPinnedKeys(NOBODY, pins, 'production', ({ held }) => told.push(held.certificate.sha256))
    for (const { read } of [first, renewed, first]) finder.find(read.sha256, read.der)
    assert.deepEqual(told, [first.read.sha256, renewed.read.sha256])
  })

  it('says nothing without the certificate, of another key, and of what is no certificate', async () => {
    const issuer = await makeAuthority('Authority')
    const [one, other] = [await makeLeaf('town seal', { issuer }), await makeLeaf('town seal', { issuer })]
    const finder = withPinnedKeys(NOBODY, new Map([[spkiSha256(one.read.key), TOWN]]), 'production')
    assert.equal(finder.find(one.read.sha256), undefined)
    assert.equal(finder.find(other.read.sha256, other.read.der), undefined)
    assert.equal(finder.find('00', Buffer.from('no certificate')), undefined)
  })

  it('changes nothing where none is pinned, and nothing of what is registered', async () => {
    assert.equal(withPinnedKeys(NOBODY, new Map(), 'production'), NOBODY)
    const { read } = await makeLeaf('town seal', { issuer: await makeAuthority('Authority') })
    const registered = {
      ...{ party: partyId('village'), key: read.key, notBefore: read.notBefore, notAfter: read.notAfter },
      held: { certificate: read, offered: [] },
    }
    const finder = withPinnedKeys({ find: () => registered }, new Map([[spkiSha256(read.key), TOWN]]), 'production')
    assert.equal(finder.find(read.sha256, read.der), registered)
  })

  it('lets no certificate of the development PKI into production', async () => {
    const issuer = await makeAuthority('Authority')
    const leaf = await makeLeaf('town NOT FOR PRODUCTION', { issuer })
    const pins = new Map([[spkiSha256(leaf.read.key), TOWN]])
    assert.equal(withPinnedKeys(NOBODY, pins, 'production').find(leaf.read.sha256, leaf.read.der), undefined)
    assert.equal(withPinnedKeys(NOBODY, pins, 'development').find(leaf.read.sha256, leaf.read.der)?.party, TOWN)
  })
})
