import { createHash } from 'node:crypto'
import { BoundedMap } from '../pki/bounded-map.ts'
import type { IssuerProof } from '../pki/trust.ts'
import { keepRevocationProof } from '../store/revocation-proofs.ts'
import type { Executor } from '../store/tables/tables.ts'

const MOST_REMEMBERED = 10_000

/**
 * Keeps what authorities said of the certificates of signers, each once, before anything rests on it; gives the names
 * (SHA-256, hex) under which it is kept. The same word is used for many exchanges: this process asks the store once.
 */
export function proofKeeper(db: Executor): (proofs: readonly IssuerProof[]) => Promise<readonly string[]> {
  const keptUntil = new BoundedMap<number>(MOST_REMEMBERED)
  return async (proofs) => {
    const names: string[] = []
    for (const { kind, bytes, issuer, until } of proofs) {
      const digest = nameOf(issuer.sha256, bytes)
      const name = digest.toString('hex')
      // One that a responder gives out again is relied on for longer.
      if ((keptUntil.get(name) ?? 0) < until.getTime()) {
        await keepRevocationProof(db, { digest, kind, issuer: issuer.der, bytes, goodUntil: until })
        keptUntil.set(name, until.getTime())
      }
      names.push(name)
    }
    return names
  }
}

/** Of two certificates of one authority each stands beside its own. */
const nameOf = (issuerSha256: string, bytes: Uint8Array): Buffer =>
  createHash('sha256')
    .update(Buffer.from(issuerSha256, 'hex'))
    .update(createHash('sha256').update(bytes).digest())
    .digest()
