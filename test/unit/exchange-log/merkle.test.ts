import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { consistencyProof, EMPTY_ROOT, inclusionProof, leafHash, treeRoot } from '../../../src/exchange-log/merkle.ts'
import { verifyConsistency, verifyInclusion } from '../../../src/exchange-log/merkle-verify.ts'
import { TileTree } from '../../../src/exchange-log/tile-tree.ts'
import { modelConsistency, modelInclusion, modelRoot, someLeaves } from './reference-model.ts'
import { TileLog } from './tile-log.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const hexes = (all: readonly Uint8Array[]): string[] => all.map(hex)

const REFERENCE = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const LIMIT = 300
const log = new TileLog().append(someLeaves(LIMIT))
const roots = Array.from({ length: LIMIT + 1 }, (_, size) => treeRoot(size, log.read))
const leaves = someLeaves(65_537)
const leafAt = (index: number): Uint8Array => leaves[index]!

/** Index in a tree, and the tree's size. */
const place = fc
  .integer({ min: 1, max: LIMIT })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }))

describe('the Merkle tree', () => {
  it('has the published root of the empty tree and the published hash of the empty entry', () => {
    assert.equal(hex(EMPTY_ROOT), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    assert.equal(hex(leafHash(Buffer.alloc(0))), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  })

  it('has the published root over the eight reference entries', () => {
    const reference = new TileLog().append(REFERENCE.map((entry) => leafHash(Buffer.from(entry, 'hex'))))
    const root = treeRoot(8, reference.read)
    assert.equal(hex(root), '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
    assert.equal(hex(reference.tree.root), hex(root))
    assert.equal(Buffer.from(root).toString('base64'), 'XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=')
  })

  it('gives by tiles the root that the reference model gives, at every size up to 300', () => {
    const growing = new TileTree(0, [])
    for (let size = 0; size <= LIMIT; size += 1) {
      assert.equal(hex(roots[size]!), hex(modelRoot(someLeaves(size))), `size ${size}`)
      assert.equal(hex(growing.root), hex(roots[size]!), `edge of size ${size}`)
      if (size < LIMIT) growing.append([leafAt(size)])
    }
  })

  it('gives the same root around the borders of two tile levels', () => {
    const large = new TileLog().append(someLeaves(65_535))
    for (const size of [65_535, 65_536, 65_537]) {
      if (large.tree.size < size) large.append([leafAt(size - 1)])
      const model = modelRoot(leaves.slice(0, size))
      assert.equal(hex(large.tree.root), hex(model), `size ${size}`)
      for (const index of [0, 255, 256, 65_534, size - 1]) {
        const proof = inclusionProof(index, size, large.read)
        assert.ok(
          verifyInclusion({ index, size, leaf: leafAt(index), root: model, proof }),
          `index ${index} of ${size}`,
        )
      }
      for (const oldSize of [1, 255, 256, 257, 65_535]) {
        const proof = consistencyProof(oldSize, size, large.read)
        const oldRoot = treeRoot(oldSize, large.read)
        assert.ok(verifyConsistency({ oldSize, oldRoot, size, root: model, proof }), `${oldSize} to ${size}`)
      }
    }
  })

  it('gives the inclusion paths of the reference model, and each verifies', () => {
    fc.assert(
      fc.property(place, ({ size, index }) => {
        const proof = inclusionProof(index, size, log.read)
        assert.deepEqual(hexes(proof), hexes(modelInclusion(index, someLeaves(size))))
        assert.ok(verifyInclusion({ index, size, leaf: leafAt(index), root: roots[size]!, proof }))
      }),
      { numRuns: 200 },
    )
  })

  it('gives inclusion paths and consistency proofs that verify at random sizes up to 2^20', function () {
    this.timeout(60_000)
    const million = 2 ** 20
    // Leaf hashes look like this, and cost nothing.
    const hashes = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(
      Buffer.alloc(32 * million),
    )
    const small = (index: number): Buffer => hashes.subarray(index * 32, (index + 1) * 32)
    const large = new TileLog()
    for (let from = 0; from < million; from += 2 ** 16)
      large.append(Array.from({ length: 2 ** 16 }, (_, i) => small(from + i)))
    const anywhere = fc
      .integer({ min: 1, max: million })
      .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }))
    fc.assert(
      fc.property(anywhere, ({ size, index }) => {
        const root = treeRoot(size, large.read)
        const proof = inclusionProof(index, size, large.read)
        assert.ok(verifyInclusion({ index, size, leaf: small(index), root, proof }), `${index} of ${size}`)
        assert.ok(!verifyInclusion({ index, size, leaf: flip(small(index), size), root, proof }))
        const oldSize = index + 1
        const steps = consistencyProof(oldSize, size, large.read)
        const oldRoot = treeRoot(oldSize, large.read)
        assert.ok(verifyConsistency({ oldSize, oldRoot, size, root, proof: steps }), `${oldSize} to ${size}`)
      }),
      { numRuns: 300, examples: [[{ size: million, index: 0 }], [{ size: million, index: million - 1 }]] },
    )
  })

  it('gives the consistency proofs of the reference model for all pairs of sizes up to 24, and each verifies', () => {
    for (let size = 0; size <= 24; size += 1)
      for (let oldSize = 0; oldSize <= size; oldSize += 1) {
        const proof = consistencyProof(oldSize, size, log.read)
        assert.deepEqual(hexes(proof), hexes(modelConsistency(oldSize, someLeaves(size))), `${oldSize} to ${size}`)
        assert.ok(
          verifyConsistency({ oldSize, oldRoot: roots[oldSize]!, size, root: roots[size]!, proof }),
          `${oldSize} to ${size}`,
        )
      }
  })

  it('verifies consistency for all pairs of sizes up to 300', function () {
    this.timeout(60_000)
    for (let size = 1; size <= LIMIT; size += 1)
      for (let oldSize = 0; oldSize <= size; oldSize += 1) {
        const proof = consistencyProof(oldSize, size, log.read)
        assert.ok(verifyConsistency({ oldSize, oldRoot: roots[oldSize]!, size, root: roots[size]!, proof }))
      }
  })

  it('refuses an inclusion proof with one bit changed, one hash added or dropped, another index or another size', () => {
    fc.assert(
      fc.property(place, fc.nat(), ({ size, index }, seed) => {
        const proof = inclusionProof(index, size, log.read)
        const claim = { index, size, leaf: leafAt(index), root: roots[size]!, proof }
        const otherIndex = seed % size
        const otherSize = 1 + (seed % LIMIT)
        assert.ok(!verifyInclusion({ ...claim, leaf: flip(claim.leaf, seed) }))
        assert.ok(!verifyInclusion({ ...claim, root: flip(claim.root, seed) }))
        assert.ok(!verifyInclusion({ ...claim, proof: [...proof, leafAt(0)] }))
        if (otherIndex !== index) assert.ok(!verifyInclusion({ ...claim, index: otherIndex }))
        if (!sameShape(index, size, otherSize)) assert.ok(!verifyInclusion({ ...claim, size: otherSize }))
        if (proof.length === 0) return
        const at = seed % proof.length
        assert.ok(!verifyInclusion({ ...claim, proof: proof.with(at, flip(proof[at]!, seed)) }))
        assert.ok(!verifyInclusion({ ...claim, proof: proof.toSpliced(at, 1) }))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a consistency proof with one bit changed, one hash added or dropped, or other roots', () => {
    const pair = fc
      .integer({ min: 2, max: LIMIT })
      .chain((size) => fc.record({ size: fc.constant(size), oldSize: fc.integer({ min: 1, max: size - 1 }) }))
    fc.assert(
      fc.property(pair, fc.nat(), ({ size, oldSize }, seed) => {
        const proof = consistencyProof(oldSize, size, log.read)
        const claim = { oldSize, oldRoot: roots[oldSize]!, size, root: roots[size]!, proof }
        const at = seed % proof.length
        assert.ok(!verifyConsistency({ ...claim, proof: proof.with(at, flip(proof[at]!, seed)) }))
        assert.ok(!verifyConsistency({ ...claim, proof: proof.toSpliced(at, 1) }))
        assert.ok(!verifyConsistency({ ...claim, proof: [...proof, leafAt(0)] }))
        assert.ok(!verifyConsistency({ ...claim, oldRoot: flip(claim.oldRoot, seed) }))
        assert.ok(!verifyConsistency({ ...claim, root: flip(claim.root, seed) }))
        assert.ok(!verifyConsistency({ ...claim, oldSize: size, size: oldSize }))
      }),
      { numRuns: 300 },
    )
  })

  it('takes the empty tree for a beginning of every tree, by an empty proof and the right root only', () => {
    const claim = { oldSize: 0, oldRoot: EMPTY_ROOT, size: 5, root: roots[5]!, proof: [] }
    assert.ok(verifyConsistency(claim))
    assert.ok(!verifyConsistency({ ...claim, proof: [leafAt(0)] }))
    assert.ok(!verifyConsistency({ ...claim, oldRoot: leafAt(0) }))
    assert.ok(!verifyConsistency({ ...claim, size: 0, root: leafAt(0), oldRoot: leafAt(0) }))
  })

  it('refuses sizes and indices that are no whole numbers below 2^53', () => {
    const claim = { index: 0, size: 1, leaf: leafAt(0), root: leafAt(0), proof: [] }
    assert.ok(verifyInclusion(claim))
    for (const size of [0, -1, 1.5, 2 ** 53, Number.NaN]) assert.ok(!verifyInclusion({ ...claim, size }), `${size}`)
    assert.ok(!verifyInclusion({ ...claim, index: -1 }))
    assert.throws(() => inclusionProof(5, 5, log.read), { kind: 'proof-malformed' })
    assert.throws(() => consistencyProof(6, 5, log.read), { kind: 'proof-malformed' })
  })
})

function flip(hash: Uint8Array, seed: number): Uint8Array {
  const changed = Uint8Array.from(hash)
  const bit = seed % 256
  changed[bit >> 3]! ^= 1 << (bit & 7)
  return changed
}

/** RFC 9162 judges a path by its shape: two sizes in which the index has a path of the same turns cannot be told apart. */
function sameShape(index: number, size: number, otherSize: number): boolean {
  return otherSize > index && turns(index, size) === turns(index, otherSize)
}

function turns(index: number, size: number): string {
  let [fn, sn, path] = [index, size - 1, '']
  while (sn > 0) {
    path += fn % 2 === 1 ? 'L' : fn === sn ? '' : 'R'
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return path
}
