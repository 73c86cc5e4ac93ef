import { sign } from 'node:crypto'
import { checkpointText, type Checkpoint } from './checkpoint.ts'
import { LogFault } from './log-fault.ts'
import { type NoteVerifier, readVkey, signatureLine, splitNote, typedKey } from './note.ts'

/** C2SP tlog-cosignature: a timestamped Ed25519 signature of a witness. */
const COSIGNATURE = 0x04
const TIME_BYTES = 8
const SIGNATURE_BYTES = 64

/** Says: at this time, this was the largest consistent head of the log that the witness had seen. */
export interface Cosigner {
  readonly name: string
  readonly vkey: string
  /** A signature line, with its newline. */
  readonly cosign: (checkpoint: Checkpoint, at: Date) => string
}

export interface CosignatureVerifier extends NoteVerifier {
  readonly vkey: string
}

const message = (seconds: bigint, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), body])

/** Over an Ed25519 private key in PKCS#8 PEM, which must sign nothing else. */
export function cosigner(name: string, privateKeyPem: string): Cosigner {
  const { key, ...named } = typedKey(name, privateKeyPem, COSIGNATURE)
  return {
    name,
    vkey: named.vkey,
    cosign: (checkpoint, at) => {
      const seconds = BigInt(Math.floor(at.getTime() / 1000))
      const time = Buffer.alloc(TIME_BYTES)
      time.writeBigUInt64BE(seconds)
      const signed = sign(null, message(seconds, Buffer.from(checkpointText(checkpoint))), key)
      return signatureLine(named, Buffer.concat([time, signed]))
    },
  }
}

/** For `openNote`, beside the log's own key. */
export function cosignatureVerifier(vkey: string): CosignatureVerifier {
  const { name, keyId, holds } = readVkey(vkey, COSIGNATURE)
  return {
    ...{ name, keyId, vkey: vkey.trim() },
    verify: (body, signature) =>
      signature.length === TIME_BYTES + SIGNATURE_BYTES &&
      holds(message(Buffer.from(signature).readBigUInt64BE(0), body), signature.subarray(TIME_BYTES)),
  }
}

export interface Cosignature {
  /** The line, with its newline. */
  readonly line: string
  readonly at: Date
}

/** Far beyond any clock, and far below where dates end. */
const LAST_SECOND = 8_000_000_000_000n

/**
 * The cosignatures under a note that are this witness's and true, oldest line first.
 *
 * @throws LogFault `note-untrusted` where one bears its name and key id and is not true.
 */
export function cosignaturesOf(note: string, witness: CosignatureVerifier): Cosignature[] {
  const { text, lines } = splitNote(note)
  const body = Buffer.from(text)
  return lines
    .filter(({ name, keyId }) => name === witness.name && keyId === witness.keyId)
    .map(({ signature }) => {
      const seconds = witness.verify(body, signature) ? Buffer.from(signature).readBigUInt64BE(0) : undefined
      if (seconds === undefined || seconds > LAST_SECOND)
        throw new LogFault('note-untrusted', `the cosignature of ${witness.name} is not true for this note`)
      return { line: signatureLine(witness, signature), at: new Date(Number(seconds) * 1000) }
    })
}

export interface CosignedBy {
  /** Name of the witness's key. */
  readonly by: string
  /** ISO. */
  readonly at: string
}

/**
 * Who of these witnesses cosigned a note, and when: the newest of each.
 *
 * @throws LogFault where a key is none, or a cosignature that bears its id is not true.
 */
export const cosignersOf = (note: string, vkeys: readonly string[]): CosignedBy[] =>
  vkeys.flatMap((vkey) => {
    const witness = cosignatureVerifier(vkey)
    const newest = cosignaturesOf(note, witness).toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]
    return newest === undefined ? [] : [{ by: witness.name, at: newest.at.toISOString() }]
  })
