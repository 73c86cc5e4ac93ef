import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { BrokerError } from '../problem/broker-error.ts'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16
/** Of AES-256. */
export const KEY_BYTES = 32

/** The key that wraps the data keys; `id` is a short hash of it and stands beside what it wrapped. */
export interface KeyEncryptionKey {
  readonly id: string
  readonly key: Buffer
}

/** Which exchange a key or a payload belongs to; bound into every ciphertext, so that none can be moved. */
export interface PayloadScope {
  readonly consumer: string
  readonly exchangeId: string
}

/** The data key of one exchange, open, with its wrapped form as it is stored. */
export interface PayloadKey extends PayloadScope {
  readonly keyId: string
  readonly dataKey: Buffer
  readonly wrapped: Buffer
}

export interface SealedPayload {
  readonly iv: Buffer
  /** Ciphertext followed by the tag. */
  readonly ciphertext: Buffer
}

export const keyEncryptionKey = (key: Buffer): KeyEncryptionKey => ({
  id: createHash('sha256').update('edno payload key\n').update(key).digest('hex').slice(0, 16),
  key,
})

/** A new random data key for one exchange, wrapped: iv, ciphertext, tag. */
export function newPayloadKey(kek: KeyEncryptionKey, scope: PayloadScope): PayloadKey {
  const dataKey = randomBytes(KEY_BYTES)
  const { iv, ciphertext } = seal(kek.key, keyContext(kek.id, scope), dataKey)
  return { ...scope, keyId: kek.id, dataKey, wrapped: Buffer.concat([iv, ciphertext]) }
}

/** @throws BrokerError `broker.internal` where another key wrapped it, or the bytes were changed or moved. */
export function openPayloadKey(
  kek: KeyEncryptionKey,
  scope: PayloadScope,
  stored: { readonly keyId: string; readonly wrapped: Buffer },
): PayloadKey {
  if (stored.keyId !== kek.id) {
    throw new BrokerError('broker.internal', `payloads are encrypted with key ${stored.keyId}, this one is ${kek.id}`)
  }
  const sealed = { iv: stored.wrapped.subarray(0, IV_BYTES), ciphertext: stored.wrapped.subarray(IV_BYTES) }
  const dataKey = unseal(kek.key, keyContext(kek.id, scope), sealed)
  return { ...scope, keyId: kek.id, dataKey, wrapped: stored.wrapped }
}

/** `kind` is the payload's kind, unique in its exchange. */
export const encryptPayload = (key: PayloadKey, kind: string, plain: Uint8Array): SealedPayload =>
  seal(key.dataKey, payloadContext(key, kind), plain)

/** @throws BrokerError `broker.internal` where the bytes were changed, or belong to another exchange or kind. */
export const decryptPayload = (key: PayloadKey, kind: string, sealed: SealedPayload): Buffer =>
  unseal(key.dataKey, payloadContext(key, kind), sealed)

const IVS_AT_ONCE = 256
let random = Buffer.alloc(0)

/** Random bytes are taken for many at once: each exchange encrypts half a dozen payloads. No byte is given out twice. */
function freshIv(): Buffer {
  if (random.length < IV_BYTES) random = randomBytes(IV_BYTES * IVS_AT_ONCE)
  const iv = random.subarray(0, IV_BYTES)
  random = random.subarray(IV_BYTES)
  return iv
}

function seal(key: Buffer, context: Buffer, plain: Uint8Array): SealedPayload {
  const iv = freshIv()
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(context)
  return { iv, ciphertext: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) }
}

function unseal(key: Buffer, context: Buffer, { iv, ciphertext }: SealedPayload): Buffer {
  try {
    const end = ciphertext.length - TAG_BYTES
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(context).setAuthTag(ciphertext.subarray(Math.max(end, 0)))
    return Buffer.concat([decipher.update(ciphertext.subarray(0, Math.max(end, 0))), decipher.final()])
  } catch (cause) {
    throw new BrokerError('broker.internal', 'a stored payload is not what was encrypted', { cause })
  }
}

// JSON arrays keep the parts apart whatever they contain.
const keyContext = (keyId: string, scope: PayloadScope): Buffer =>
  Buffer.from(JSON.stringify(['edno data key', keyId, scope.consumer, scope.exchangeId]))

const payloadContext = (scope: PayloadScope, kind: string): Buffer =>
  Buffer.from(JSON.stringify(['edno payload', scope.consumer, scope.exchangeId, kind]))

/** A key that wraps data keys, wrapped itself: iv, ciphertext, tag. */
export function sealMonthKey(operators: KeyEncryptionKey, id: string, key: Buffer): Buffer {
  const { iv, ciphertext } = seal(operators.key, monthContext(operators.id, id), key)
  return Buffer.concat([iv, ciphertext])
}

/** @throws BrokerError `broker.internal` where another key wrapped it, or the bytes were changed or moved. */
export const unsealMonthKey = (operators: KeyEncryptionKey, id: string, wrapped: Buffer): Buffer =>
  unseal(operators.key, monthContext(operators.id, id), {
    iv: wrapped.subarray(0, IV_BYTES),
    ciphertext: wrapped.subarray(IV_BYTES),
  })

const monthContext = (operatorsId: string, id: string): Buffer =>
  Buffer.from(JSON.stringify(['edno month key', operatorsId, id]))

/** The cipher of one store: it gives out data keys, wrapped by the key of their retention class and month. */
export interface PayloadCipher {
  /** Before a new key is given out: which month it is. The class is the standard one, where none is named. */
  readonly prepare: (at: Date, retentionClass?: string) => Promise<void>
  readonly newKey: (scope: PayloadScope, retentionClass?: string) => PayloadKey
  /** Before a data key is opened: looks for the key that wrapped it. False where that was shredded. */
  readonly load: (keyId: string) => Promise<boolean>
  readonly openKey: (scope: PayloadScope, stored: { readonly keyId: string; readonly wrapped: Buffer }) => PayloadKey
}
