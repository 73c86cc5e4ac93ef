import { createHash } from 'node:crypto'

/** RFC 6962 word by word: slow and obvious, over a list of all leaf hashes. The production code works over tiles. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

export const modelLeaf = (entry: Uint8Array): Buffer => sha256(Buffer.of(0), entry)
const node = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right)

function split(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

export function modelRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256()
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  const k = split(leaves.length)
  return node(modelRoot(leaves.slice(0, k)), modelRoot(leaves.slice(k)))
}

export function modelInclusion(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return index < k
    ? [...modelInclusion(index, left), modelRoot(right)]
    : [...modelInclusion(index - k, right), modelRoot(left)]
}

export const modelConsistency = (oldSize: number, leaves: readonly Uint8Array[]): Uint8Array[] =>
  oldSize === 0 ? [] : subproof(oldSize, leaves, true)

function subproof(size: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [modelRoot(leaves)]
  const k = split(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return size <= k
    ? [...subproof(size, left, whole), modelRoot(right)]
    : [...subproof(size - k, right, false), modelRoot(left)]
}

const memo: Uint8Array[] = []

/** The first `count` leaves of one endless list. */
export function someLeaves(count: number): Uint8Array[] {
  for (let i = memo.length; i < count; i += 1) memo.push(modelLeaf(Buffer.from(`entry ${i}`)))
  return memo.slice(0, count)
}
