import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.ts'

export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export interface ConsistencyClaim {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)
const isOdd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES)

/** Where a walk up the tree stands: at node `fn` of its level, whose last node is `sn`. */
interface Position {
  readonly fn: number
  readonly sn: number
}

interface Step extends Position {
  /** The hash of the proof stands to the left of what was worked out so far. */
  readonly left: boolean
}

/** One round of the loop that RFC 9162 2.1.3.2 and 2.1.4.2 share; undefined where the proof is too long. */
function climb({ fn, sn }: Position): Step | undefined {
  if (sn === 0) return undefined
  if (!isOdd(fn) && fn !== sn) return { left: false, fn: half(fn), sn: half(sn) }
  const { fn: up, sn: last } = fn === 0 ? { fn, sn } : toOdd({ fn, sn })
  return { left: true, fn: half(up), sn: half(last) }
}

function toOdd({ fn, sn }: Position): Position {
  return isOdd(fn) ? { fn, sn } : toOdd({ fn: half(fn), sn: half(sn) })
}

/** RFC 9162 2.1.3.2; a proof longer or shorter than the tree's shape demands is refused. */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, ...proof])) return false
  let at: Position = { fn: index, sn: size - 1 }
  let hash = leaf
  for (const sibling of proof) {
    const step = climb(at)
    if (step === undefined) return false
    hash = step.left ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
    at = step
  }
  return at.sn === 0 && equal(hash, root)
}

/**
 * RFC 9162 2.1.4.2. The empty tree is a beginning of every tree, and is shown so by an empty proof and its own root
 * only; two trees of one size are consistent only if they are the same.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { oldSize, oldRoot, size, root, proof } = claim
  if (!isSize(oldSize) || !isSize(size) || oldSize > size || !areHashes(proof)) return false
  if (oldSize === 0 && !equal(oldRoot, EMPTY_ROOT)) return false
  if (oldSize === size) return proof.length === 0 && equal(oldRoot, root)
  return oldSize === 0 ? proof.length === 0 : walkConsistency(claim)
}

function walkConsistency({ oldSize, oldRoot, size, root, proof }: ConsistencyClaim): boolean {
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof
  if (first === undefined) return false
  let at = upFromOdd({ fn: oldSize - 1, sn: size - 1 })
  let oldHash = first
  let hash = first
  for (const sibling of rest) {
    const step = climb(at)
    if (step === undefined) return false
    if (step.left) oldHash = nodeHash(sibling, oldHash)
    hash = step.left ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
    at = step
  }
  return at.sn === 0 && equal(oldHash, oldRoot) && equal(hash, root)
}

function upFromOdd({ fn, sn }: Position): Position {
  return isOdd(fn) ? upFromOdd({ fn: half(fn), sn: half(sn) }) : { fn, sn }
}

function isPowerOfTwo(n: number): boolean {
  let power = 1
  while (power < n) power *= 2
  return power === n
}
