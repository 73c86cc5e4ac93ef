import { createHash, hash } from 'node:crypto'
import { LogFault } from './log-fault.ts'

/**
 * The tree of RFC 6962 over SHA-256. Sizes and indices are integers below 2^53; they are halved by division because
 * JavaScript's shifts end at 32 bits.
 */
export const HASH_BYTES = 32

const LEAF_PREFIX = 0
const NODE_PREFIX = 1

/** Hashes are small and many: in one call, and with a digest in letters, each takes a third of the time. */
const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')

/** Longer entries are none, but are hashed. */
const leaf = Buffer.alloc(65_536, LEAF_PREFIX)

/** RFC 6962 2.1: `SHA-256(0x00 ‖ entry)`. */
export function leafHash(entry: Uint8Array): Buffer {
  if (entry.length >= leaf.length) return sha256(Buffer.concat([Buffer.of(LEAF_PREFIX), entry]))
  leaf.set(entry, 1)
  return sha256(leaf.subarray(0, 1 + entry.length))
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX)

/** RFC 6962 2.1: `SHA-256(0x01 ‖ left ‖ right)`. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1)
  pair.set(right, 1 + HASH_BYTES)
  return sha256(pair)
}

/** Root of the tree without entries: the hash of nothing. */
export const EMPTY_ROOT: Uint8Array = createHash('sha256').digest()

/** A complete subtree of `2^level` leaves, the `index`-th of its level. */
export interface TreeNode {
  readonly level: number
  readonly index: number
}

/** Gives the hash of a complete subtree that lies inside the tree. */
export type HashReader = (node: TreeNode) => Uint8Array

/** Leaves `from` (inclusive) to `to` (exclusive). */
interface LeafRange {
  readonly from: number
  readonly to: number
}

/** The largest power of two smaller than `n` (n > 1). */
function split(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

/** The complete subtrees, left to right, of a range that begins where a subtree of its size may begin. */
function nodesOf({ from, to }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = []
  let at = from
  while (at < to) {
    let level = 0
    let width = 1
    while (at + width * 2 <= to) {
      level += 1
      width *= 2
    }
    nodes.push({ level, index: at / width })
    at += width
  }
  return nodes
}

function rangeHash(range: LeafRange, read: HashReader): Uint8Array {
  const hashes = nodesOf(range).map(read)
  return hashes.reduceRight((right, left) => nodeHash(left, right))
}

/** Ranges of an inclusion path, the leaf's sibling first (RFC 6962 2.1.1). */
function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = []
  let from = 0
  let to = size
  while (to - from > 1) {
    const middle = from + split(to - from)
    const left = index < middle
    ranges.unshift(left ? { from: middle, to } : { from, to: middle })
    if (left) to = middle
    else from = middle
  }
  return ranges
}

/** Ranges of a consistency proof (RFC 6962 2.1.2). */
function consistencyRanges(oldSize: number, size: number): LeafRange[] {
  if (oldSize === 0 || oldSize === size) return []
  const ranges: LeafRange[] = []
  let from = 0
  let to = size
  while (to !== oldSize) {
    const middle = from + split(to - from)
    const left = oldSize <= middle
    ranges.unshift(left ? { from: middle, to } : { from, to: middle })
    if (left) to = middle
    else from = middle
  }
  // The old tree itself is what the verifier already knows; a part of it is not.
  return from === 0 ? ranges : [{ from, to }, ...ranges]
}

/** The nodes that a path needs, so that their tiles can be loaded before it is computed. */
export const inclusionNodes = (index: number, size: number): TreeNode[] => inclusionRanges(index, size).flatMap(nodesOf)

/** The same for a consistency proof. */
export const consistencyNodes = (oldSize: number, size: number): TreeNode[] =>
  consistencyRanges(oldSize, size).flatMap(nodesOf)

export const treeRoot = (size: number, read: HashReader): Uint8Array =>
  size === 0 ? EMPTY_ROOT : rangeHash({ from: 0, to: size }, read)

/** Proof that leaf `index` stands in the tree of `size`; the leaf's sibling first. */
export function inclusionProof(index: number, size: number, read: HashReader): Uint8Array[] {
  if (index < 0 || index >= size) throw new LogFault('proof-malformed', 'the index lies outside the tree')
  return inclusionRanges(index, size).map((range) => rangeHash(range, read))
}

/** Proof that the tree of `size` continues the tree of `oldSize`; empty for `oldSize` 0 and for the same size. */
export function consistencyProof(oldSize: number, size: number, read: HashReader): Uint8Array[] {
  if (oldSize < 0 || oldSize > size) throw new LogFault('proof-malformed', 'the old tree is larger than the new one')
  return consistencyRanges(oldSize, size).map((range) => rangeHash(range, read))
}
