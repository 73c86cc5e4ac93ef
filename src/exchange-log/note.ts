import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { LogFault } from './log-fault.ts'

/** C2SP signed-note, Ed25519 (type 0x01). */
const ED25519 = 0x01
const KEY_ID_BYTES = 4
const SIGNATURE_BYTES = 64
/** A note is small; what is larger is refused before anything is read. */
const NOTE_LIMIT = 262_144
const SIGNATURE_LIMIT = 64
/** SPKI of an Ed25519 key is this prefix and the 32 bytes of the key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export interface NoteVerifier {
  readonly name: string
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), as a big-endian number. */
  readonly keyId: number
  readonly verify: (text: Uint8Array, signature: Uint8Array) => boolean
}

export interface NoteSigner {
  readonly name: string
  readonly keyId: number
  /** What a verifier is given, out of band: `name+<key id>+<base64 of type and key>`. */
  readonly vkey: string
  readonly sign: (text: Uint8Array) => Buffer
}

const isKeyName = (name: string): boolean => name !== '' && !/[\s+]/u.test(name)

function keyIdOf(name: string, typed: Uint8Array): number {
  return createHash('sha256').update(`${name}\n`).update(typed).digest().readUInt32BE(0)
}

const hex8 = (keyId: number): string => keyId.toString(16).padStart(8, '0')

/** A signer over an Ed25519 private key in PKCS#8 PEM. */
export function noteSigner(name: string, privateKeyPem: string): NoteSigner {
  const { key, ...named } = typedKey(name, privateKeyPem, ED25519)
  return { ...named, sign: (text) => sign(null, text, key) }
}

export interface TypedKey extends Pick<NoteSigner, 'name' | 'keyId' | 'vkey'> {
  readonly key: KeyObject
}

/** An Ed25519 private key (PKCS#8 PEM) under the name and for the one type of signature that its id is worked out from. */
export function typedKey(name: string, privateKeyPem: string, type: number): TypedKey {
  if (!isKeyName(name)) throw new LogFault('key-malformed', 'a key name has no spaces and no plus sign')
  const key = readPrivateKey(privateKeyPem)
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length)
  const typed = Buffer.concat([Buffer.of(type), raw])
  const keyId = keyIdOf(name, typed)
  return { name, keyId, vkey: `${name}+${hex8(keyId)}+${typed.toString('base64')}`, key }
}

function readPrivateKey(pem: string): KeyObject {
  const key = attempt(() => createPrivateKey(pem))
  if (key?.asymmetricKeyType !== 'ed25519') throw new LogFault('key-malformed', 'an Ed25519 private key is expected')
  return key
}

export function noteVerifier(vkey: string): NoteVerifier {
  const { name, keyId, holds } = readVkey(vkey, ED25519)
  return { name, keyId, verify: holds }
}

export interface ReadVkey extends Pick<NoteVerifier, 'name' | 'keyId'> {
  /** Is this the signature (64 bytes) of that key over these octets? */
  readonly holds: (octets: Uint8Array, signature: Uint8Array) => boolean
}

/** Reads a vkey; its base64 part may itself hold plus signs, so it is split at the first two only. */
export function readVkey(vkey: string, type: number): ReadVkey {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(vkey.trim())
  const [, name = '', id = '', base64 = ''] = match ?? []
  const typed = decodeBase64(base64)
  if (typed?.length !== 1 + 32 || typed[0] !== type || hex8(keyIdOf(name, typed)) !== id)
    throw new LogFault('key-malformed', 'not the vkey of an Ed25519 key')
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, typed.subarray(1)]), format: 'der', type: 'spki' })
  return {
    name,
    keyId: Number.parseInt(id, 16),
    holds: (octets, signature) => signature.length === SIGNATURE_BYTES && verify(null, octets, key, signature),
  }
}

/** Strict base64 (RFC 4648 §4, padded); undefined for anything else. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** The note: text, empty line, one signature line per signer. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text))
    throw new LogFault('note-malformed', 'a note is text without control characters, ending in a newline')
  const bytes = Buffer.from(text, 'utf8')
  const lines = signers.map((signer) => signatureLine(signer, signer.sign(bytes)))
  return `${text}\n${lines.join('')}`
}

/** One line under a note, with its newline. */
export function signatureLine({ name, keyId }: Pick<NoteSigner, 'name' | 'keyId'>, signature: Uint8Array): string {
  const id = Buffer.alloc(KEY_ID_BYTES)
  id.writeUInt32BE(keyId)
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
}

const isNoteText = (text: string): boolean => text.endsWith('\n') && !/[\p{Cc}\uFFFD]/u.test(text.replaceAll('\n', ''))

export interface SignatureLine {
  readonly name: string
  readonly keyId: number
  readonly signature: Uint8Array
}

export interface OpenedNote {
  readonly text: string
  /** Names of the known keys whose signatures hold; never empty. */
  readonly signedBy: readonly string[]
}

/**
 * Opens a note by the rules of the specification: signatures of unknown keys are ignored, a known key whose signature
 * fails makes the whole note worthless, and so does the lack of any valid signature of a known key.
 */
export function openNote(note: string, known: readonly NoteVerifier[]): OpenedNote {
  const { text, lines } = splitNote(note)
  const bytes = Buffer.from(text, 'utf8')
  const signedBy = new Set<string>()
  for (const line of lines) {
    const verifier = known.find(({ name, keyId }) => name === line.name && keyId === line.keyId)
    if (verifier === undefined) continue
    if (!verifier.verify(bytes, line.signature))
      throw new LogFault('note-untrusted', `the signature of ${verifier.name} is not true for this note`)
    signedBy.add(verifier.name)
  }
  if (signedBy.size === 0) throw new LogFault('note-untrusted', 'no known key signed this note')
  return { text, signedBy: [...signedBy] }
}

/** The parts of a note, of which nothing was verified. */
export function splitNote(note: string): { text: string; lines: SignatureLine[] } {
  if (note.length > NOTE_LIMIT || !isNoteText(note)) throw new LogFault('note-malformed', 'not a signed note')
  const end = note.lastIndexOf('\n\n')
  if (end < 0) throw new LogFault('note-malformed', 'a signed note has an empty line before its signatures')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > SIGNATURE_LIMIT) throw new LogFault('note-malformed', 'too many signature lines')
  return { text: note.slice(0, end + 1), lines: lines.map(readSignatureLine) }
}

function readSignatureLine(line: string): SignatureLine {
  const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line)
  const bytes = decodeBase64(match?.[2] ?? '')
  if (match?.[1] === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES)
    throw new LogFault('note-malformed', 'not a signature line')
  return { name: match[1], keyId: bytes.readUInt32BE(0), signature: bytes.subarray(KEY_ID_BYTES) }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    // OpenSSL's words about a key that it cannot read help nobody; the caller says what was expected.
    return undefined
  }
}
