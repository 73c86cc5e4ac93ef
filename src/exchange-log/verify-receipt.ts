import { openCheckpoint, type Checkpoint } from './checkpoint.ts'
import { opens } from './commitment.ts'
import { type CosignedBy, cosignersOf } from './cosignature.ts'
import type { LogEntry } from './entry.ts'
import { readEntry } from './read-entry.ts'
import { attempt } from './log-fault.ts'
import { leafHash } from './merkle.ts'
import { verifyInclusion } from './merkle-verify.ts'
import { noteVerifier } from './note.ts'
import { readTlogProof, type TlogProof } from './tlog-proof.ts'

export type FindingCode =
  /** The entry is canonical and of a known version. */
  | 'entry.form'
  /** The proof can be read. */
  | 'proof.form'
  /** The checkpoint is signed by the log's key and names the log. */
  | 'checkpoint.signature'
  /** Every witness that was named cosigned the checkpoint. */
  | 'checkpoint.witnesses'
  /** The entry stands in the log at the index that the proof names. */
  | 'log.inclusion'
  /** The entry commits to these request bytes. */
  | 'request.commitment'
  /** The entry commits to these answer bytes. */
  | 'answer.commitment'

/** One thing that was looked into, and whether it is so. The command line turns the code into a sentence. */
export interface Finding {
  readonly holds: boolean
  readonly what: FindingCode
}

export interface ReceiptClaim {
  /** The exact bytes of the entry. */
  readonly entry: Uint8Array
  readonly salts: { readonly request?: Uint8Array; readonly answer?: Uint8Array }
  /** Text of the tlog-proof. */
  readonly proof: string
  /** The log's vkey, known beforehand and not taken from the receipt. */
  readonly logKey: string
  /** vkeys of witnesses, known beforehand; where there are none, cosignatures are not looked into. */
  readonly witnessKeys?: readonly string[]
  /** Bytes that the entry is said to commit to; left out, their commitment is not looked into. */
  readonly request?: Uint8Array
  readonly answer?: Uint8Array
}

export interface VerifiedReceipt {
  /** True only if every finding holds. */
  readonly holds: boolean
  readonly findings: readonly Finding[]
  /** What the evidence says; set only where the whole receipt holds. */
  readonly entry?: LogEntry
  readonly index?: number
  readonly treeSize?: number
  /** Of the named witnesses. */
  readonly cosigned?: readonly CosignedBy[]
}

/** Verifies a receipt with nothing but the log's public key: no broker, no database, no clock. */
export function verifyReceipt(claim: ReceiptClaim): VerifiedReceipt {
  const entry = attempt(() => readEntry(claim.entry))
  const proof = attempt(() => readTlogProof(claim.proof))
  const head = proof && attempt(() => openCheckpoint(proof.checkpoint, noteVerifier(claim.logKey)))
  const cosigned = proof && head && attempt(() => cosignersOf(proof.checkpoint, claim.witnessKeys ?? []))
  const findings: Finding[] = [
    { what: 'entry.form', holds: entry !== undefined },
    { what: 'proof.form', holds: proof !== undefined },
    { what: 'checkpoint.signature', holds: head !== undefined },
    ...witnesses(claim, cosigned),
    { what: 'log.inclusion', holds: isIncluded(claim.entry, proof, head) },
    ...commitments(claim, entry),
  ]
  const holds = findings.every((finding) => finding.holds)
  if (!holds || !entry || !proof || !head) return { holds: false, findings }
  const said = claim.witnessKeys === undefined || cosigned === undefined ? {} : { cosigned }
  return { holds, findings, entry, index: proof.index, treeSize: head.size, ...said }
}

const witnesses = ({ witnessKeys }: ReceiptClaim, cosigned: readonly CosignedBy[] | undefined): Finding[] =>
  witnessKeys === undefined ? [] : [{ what: 'checkpoint.witnesses', holds: cosigned?.length === witnessKeys.length }]

function isIncluded(entry: Uint8Array, proof: TlogProof | undefined, head: Checkpoint | undefined): boolean {
  if (proof === undefined || head === undefined) return false
  const { index, path } = proof
  return verifyInclusion({ index, size: head.size, leaf: leafHash(entry), root: head.root, proof: path })
}

function commitments({ request, answer, salts }: ReceiptClaim, entry: LogEntry | undefined): Finding[] {
  const findings: Finding[] = []
  if (request !== undefined)
    findings.push({ what: 'request.commitment', holds: opened(entry?.requestCommit, salts.request, request) })
  if (answer !== undefined)
    findings.push({ what: 'answer.commitment', holds: opened(entry?.answerCommit, salts.answer, answer) })
  return findings
}

function opened(commitment: string | undefined, salt: Uint8Array | undefined, payload: Uint8Array): boolean {
  if (commitment === undefined || salt === undefined) return false
  return opens(Buffer.from(commitment, 'base64url'), salt, payload)
}
