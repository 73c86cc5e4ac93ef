import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'

/** Signs callbacks by the Standard Webhooks specification, asymmetrically (`v1a`, Ed25519). */
export interface CallbackSigner {
  /** Value of `webhook-signature`: one signature a key, so that receivers may change keys at their own time. */
  readonly sign: (id: string, at: Date, body: string) => string
  /** `whpk_…`, in the order of the signatures. */
  readonly publicKeys: readonly string[]
}

/** `keys`: Ed25519, PKCS #8 PEM; the one in use, then the one that follows. */
export function callbackSigner(keys: readonly string[]): CallbackSigner {
  const opened = keys.map((pem) => createPrivateKey(pem))
  return {
    publicKeys: opened.map(publicKeyOf),
    sign: (id, at, body) => {
      const text = signedText(id, at, body)
      return opened.map((key) => `v1a,${sign(null, text, key).toString('base64')}`).join(' ')
    },
  }
}

/** What is signed, by whatever algorithm. */
export const signedText = (id: string, at: Date, body: string): Buffer => Buffer.from(`${id}.${secondsOf(at)}.${body}`)

export const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000)

/** The 32 octets of an Ed25519 key stand at the end of its SubjectPublicKeyInfo (RFC 8410 §4). */
const publicKeyOf = (key: KeyObject): string =>
  `whpk_${createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`
