import 'reflect-metadata'
import assert from 'node:assert/strict'
import * as x509 from '@peculiar/x509'
import { describe, it } from 'mocha'
import { findPath, type PathVerdict } from '../../../src/pki/find-path.ts'
import type { Purpose } from '../../../src/pki/purpose.ts'
import { PATH_CHECKS } from '../../../src/pki/validate-path.ts'
import { type Made, makeAuthority, makeLeaf, NOW, type Wish } from '../../support/chains.ts'

const DAY_MS = 86_400_000
const later = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS)
const { keyCertSign, cRLSign, keyEncipherment } = x509.KeyUsageFlags
const CLIENT = x509.ExtendedKeyUsage.clientAuth
const TIME_STAMPING = x509.ExtendedKeyUsage.timeStamping

interface Held {
  readonly leaf: Made
  readonly intermediates?: readonly Made[]
  readonly anchors: readonly Made[]
}

const judge = ({ leaf, intermediates = [], anchors }: Held, purpose: Purpose = 'seal', at = NOW): PathVerdict => {
  const read = ({ read: certificate }: Made) => certificate
  return findPath(leaf.read, { anchors: anchors.map(read), intermediates: intermediates.map(read) }, purpose, at)
}

/** root → issuing → leaf, each as it should be but for what is wished. */
const chain = async (wishes: { root?: Wish; issuing?: Wish; leaf?: Wish } = {}) => {
  const root = await makeAuthority('Root', wishes.root)
  const issuing = await makeAuthority('Issuing', { issuer: root, ...wishes.issuing })
  const leaf = await makeLeaf('town seal', { issuer: issuing, ...wishes.leaf })
  return { root, issuing, leaf, held: { leaf, intermediates: [issuing], anchors: [root] } }
}

const refused = (verdict: PathVerdict): string => {
  assert.equal(verdict.trusted, false)
  return verdict.failed?.check ?? assert.fail('no finding names the refusal')
}

describe('findPath', () => {
  it('trusts a leaf below an intermediate below an anchor, and says what was judged', async () => {
    const { held, root } = await chain()
    const verdict = judge(held)
    assert.equal(verdict.trusted, true)
    assert.deepEqual(
      verdict.findings.map(({ check }) => check),
      PATH_CHECKS,
    )
    assert.ok(verdict.findings.every(({ holds }) => holds))
    assert.equal(verdict.path.at(-1)?.sha256, root.read.sha256)
    assert.equal(verdict.path.length, 3)
  })

  it('refuses by "anchor" what no known authority issued', async () => {
    const { leaf, issuing } = await chain()
    assert.equal(refused(judge({ leaf, intermediates: [issuing], anchors: [] })), 'anchor')
    assert.equal(refused(judge({ leaf, anchors: [await makeAuthority('Another')] })), 'anchor')
  })

  it('refuses by "anchor" a path whose intermediate is missing', async () => {
    const { leaf, root } = await chain()
    assert.equal(refused(judge({ leaf, anchors: [root] })), 'anchor')
  })

  it('refuses by "anchor" a certificate that is an anchor itself', async () => {
    const root = await makeAuthority('Root')
    assert.equal(refused(judge({ leaf: root, anchors: [root] })), 'anchor')
  })

  it('refuses by "signatures" a leaf of an authority that only bears the name of the anchor', async () => {
    const { root } = await chain()
    const lookAlike = await makeAuthority('Root')
    const leaf = await makeLeaf('town seal', { issuer: lookAlike })
    assert.equal(refused(judge({ leaf, anchors: [root] })), 'signatures')
    assert.equal(refused(judge({ leaf, intermediates: [lookAlike], anchors: [root] })), 'signatures')
    assert.equal(refused(judge({ leaf: lookAlike, anchors: [root] })), 'signatures')
  })

  it('refuses by "names" a leaf whose issuer bears another name, although the key signed it', async () => {
    const { held } = await chain({ leaf: { issuerName: 'CN=Somebody' } })
    assert.equal(refused(judge(held)), 'names')
  })

  it('refuses by "algorithms" a signature over SHA-1', async () => {
    const { held } = await chain({ leaf: { hash: 'SHA-1' } })
    assert.equal(refused(judge(held)), 'algorithms')
  })

  it('refuses by "extensions" a critical extension that edno does not evaluate, wherever it stands', async () => {
    const unknown = new x509.Extension('1.2.3.4', true, new Uint8Array([5, 0]))
    assert.equal(refused(judge((await chain({ leaf: { more: [unknown] } })).held)), 'extensions')
    assert.equal(refused(judge((await chain({ issuing: { more: [unknown] } })).held)), 'extensions')
    const harmless = new x509.Extension('1.2.3.4', false, new Uint8Array([5, 0]))
    assert.equal(judge((await chain({ leaf: { more: [harmless] } })).held).trusted, true)
  })

  it('refuses by "extensions" constraints on names, critical or not', async () => {
    const constraints = new x509.Extension('2.5.29.30', false, new Uint8Array([0x30, 0]))
    assert.equal(refused(judge((await chain({ issuing: { more: [constraints] } })).held)), 'extensions')
  })

  it('refuses by "extensions" an extension that stands twice', async () => {
    const again = new x509.BasicConstraintsExtension(true, undefined, true)
    const { held } = await chain({ issuing: { more: [again] } })
    assert.equal(refused(judge(held)), 'extensions')
  })

  it('refuses by "basic-constraints" an intermediate that is no authority, says so or says nothing', async () => {
    const no = new x509.BasicConstraintsExtension(false, undefined, true)
    assert.equal(refused(judge((await chain({ issuing: { constraints: no } })).held)), 'basic-constraints')
    assert.equal(refused(judge((await chain({ issuing: { constraints: 'none' } })).held)), 'basic-constraints')
  })

  it('refuses by "basic-constraints" an authority that wants to be a seal', async () => {
    const { root, issuing } = await chain()
    assert.equal(refused(judge({ leaf: issuing, anchors: [root] })), 'basic-constraints')
  })

  it('refuses by "path-length" more authorities than one of them allows', async () => {
    const zero = new x509.BasicConstraintsExtension(true, 0, true)
    const { held } = await chain({ root: { constraints: zero } })
    const verdict = judge(held)
    assert.equal(refused(verdict), 'path-length')
    assert.match(verdict.failed?.detail ?? '', /Root/)
    const one = new x509.BasicConstraintsExtension(true, 1, true)
    assert.equal(judge((await chain({ root: { constraints: one } })).held).trusted, true)
    assert.equal(judge((await chain({ issuing: { constraints: zero } })).held).trusted, true)
  })

  it('does not count an authority that issued itself again towards the path length', async () => {
    const one = new x509.BasicConstraintsExtension(true, 1, true)
    const root = await makeAuthority('Root', { constraints: one })
    const renewed = await makeAuthority('Root', { issuer: root })
    const issuing = await makeAuthority('Issuing', { issuer: renewed })
    const leaf = await makeLeaf('town seal', { issuer: issuing })
    assert.equal(judge({ leaf, intermediates: [renewed, issuing], anchors: [root] }).trusted, true)
  })

  it('refuses by "key-usage" an authority that may not sign certificates', async () => {
    assert.equal(refused(judge((await chain({ issuing: { usage: cRLSign } })).held)), 'key-usage')
    assert.equal(judge((await chain({ issuing: { usage: keyCertSign } })).held).trusted, true)
  })

  it('refuses by "key-usage" a leaf that may not sign', async () => {
    assert.equal(refused(judge((await chain({ leaf: { usage: keyEncipherment } })).held)), 'key-usage')
    assert.equal(judge((await chain({ leaf: { usage: 'none' } })).held).trusted, true)
  })

  it('refuses by "extended-key-usage" what was issued for something else', async () => {
    const forServers = { more: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth])] }
    const { held } = await chain({ leaf: forServers })
    assert.equal(refused(judge(held)), 'extended-key-usage')
    assert.equal(refused(judge(held, 'tls-client')), 'extended-key-usage')
    assert.equal(judge(held, 'tls-server').trusted, true)
  })

  it('refuses by "extended-key-usage" what an authority issued beyond its own purposes', async () => {
    const forClients = { more: [new x509.ExtendedKeyUsageExtension([CLIENT])] }
    const { held } = await chain({ issuing: forClients })
    assert.equal(judge(held, 'tls-client').trusted, true)
    assert.equal(refused(judge(held, 'tls-server')), 'extended-key-usage')
  })

  it('takes for a time stamp authority only one whose purpose is critical and alone', async () => {
    const purposes = (list: string[], critical: boolean) => ({
      more: [new x509.ExtendedKeyUsageExtension(list, critical)],
    })
    assert.equal(judge((await chain({ leaf: purposes([TIME_STAMPING], true) })).held, 'time-stamp').trusted, true)
    for (const wrong of [purposes([TIME_STAMPING], false), purposes([TIME_STAMPING, CLIENT], true), {}])
      assert.equal(refused(judge((await chain({ leaf: wrong })).held, 'time-stamp')), 'extended-key-usage')
  })

  it('refuses by "dates" an expired leaf, intermediate or anchor, and one that is not valid yet', async () => {
    assert.equal(refused(judge((await chain({ leaf: { until: later(-1) } })).held)), 'dates')
    assert.equal(refused(judge((await chain({ issuing: { until: later(-1) } })).held)), 'dates')
    assert.equal(refused(judge((await chain({ root: { until: later(-1) } })).held)), 'dates')
    assert.equal(refused(judge((await chain({ leaf: { from: later(1) } })).held)), 'dates')
  })

  it('judges at the time it is told, which is the stamped one where there is a stamp', async () => {
    const { held } = await chain({ leaf: { until: later(-1) } })
    assert.equal(judge(held, 'seal', later(-2)).trusted, true)
    assert.equal(refused(judge(held, 'seal', later(-60))), 'dates')
  })

  it('finds the good one of several paths through cross-signed authorities', async () => {
    const [old, young] = [await makeAuthority('Old root', { until: later(-1) }), await makeAuthority('Young root')]
    const byOld = await makeAuthority('Issuing', { issuer: old })
    const byYoung = await makeAuthority('Issuing', { issuer: young, keys: byOld.keys })
    const leaf = await makeLeaf('town seal', { issuer: byOld })
    const both = { leaf, intermediates: [byOld, byYoung], anchors: [old, young] }
    const verdict = judge(both)
    assert.equal(verdict.trusted, true)
    assert.equal(verdict.path.at(-1)?.sha256, young.read.sha256)
    assert.equal(refused(judge({ ...both, anchors: [old] })), 'dates')
  })

  it('ends on authorities that certify each other in a circle', async () => {
    const one = await makeAuthority('One')
    const other = await makeAuthority('Other', { issuer: one })
    const back = await makeAuthority('One', { issuer: other, keys: one.keys })
    const leaf = await makeLeaf('town seal', { issuer: other })
    assert.equal(refused(judge({ leaf, intermediates: [other, back], anchors: [] })), 'anchor')
  })
})
