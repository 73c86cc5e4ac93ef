import type { KeyObject } from 'node:crypto'
import { holdsCertificates } from './authorities.ts'
import type { BrokerKeyFiles } from './config.ts'
import { ConfigRefused } from './config-refused.ts'
import {
  called,
  type KeyedCertificatePem,
  type NamedFile,
  pairBelow,
  readKey,
  readPair,
  readText,
  type Report,
} from './key-files.ts'
import { Secret } from './secret.ts'

/** The contents of the key files; nothing in here prints. */
export interface BrokerSecrets {
  readonly tls: KeyedCertificatePem
  readonly seal: KeyedCertificatePem
  readonly nextSeal?: KeyedCertificatePem
  /** PEM bundle. */
  readonly clientAuthorities: string
  /** Ed25519, PKCS #8 PEM. */
  readonly logKey: Secret<string>
  /** 32 bytes. */
  readonly payloadKey: Secret<Uint8Array>
  /** 32 bytes; absent: nobody is looked for. */
  readonly searchKey?: Secret<Uint8Array>
  /** Ed25519, PKCS #8 PEM: the key in use first, then the one that follows. */
  readonly callbackKeys: readonly Secret<string>[]
}

const RANDOM_KEY = /^[0-9a-f]{64}$/i
const PROXY_SECRET_CHARACTERS = 32

const RSA_BITS = 2048

/** What no signature of an answer could be made by, or verified with. */
const notOfASeal = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | undefined =>
  (type === 'rsa' && (details?.modulusLength ?? 0) >= RSA_BITS) ||
  (type === 'ec' && details?.namedCurve === 'prime256v1')
    ? undefined
    : `is neither RSA of ${RSA_BITS} bits or more nor P-256`

const readEd25519 = (named: NamedFile, report: Report): Secret<string> => {
  const text = readText(named, report)
  const key = text === '' ? undefined : readKey(text, named, report)
  if (key !== undefined && key.asymmetricKeyType !== 'ed25519') report(`${called(named)} is not an Ed25519 key`)
  return new Secret(text)
}

const readRandomKey = (named: NamedFile, report: Report): Secret<Uint8Array> => {
  const text = readText(named, report).trim()
  const bytes = Buffer.from(text, 'hex')
  if (text !== '' && !RANDOM_KEY.test(text)) report(`${called(named)} is not 32 bytes in 64 hex digits`)
  return new Secret(bytes)
}

const readAuthorities = (named: NamedFile, report: Report): string => {
  const bundle = readText(named, report)
  if (bundle !== '' && !holdsCertificates(bundle))
    report(`${called(named)} holds no certificate in PEM, or a broken one`)
  return bundle
}

/** Where they are set; those of the development PKI are set nowhere. */
const KEYS = '/keys'

/**
 * Reads and proves edno's own keys; `below`: what they are called in mistakes, a JSON pointer where the configuration names them. Throws
 * `ConfigRefused` with all mistakes; no message holds what a file says.
 */
export const readSecrets = (files: BrokerKeyFiles, below: string = KEYS): BrokerSecrets => {
  const mistakes: string[] = []
  const report: Report = (mistake) => mistakes.push(mistake)
  const named = (name: keyof BrokerKeyFiles, file: string): NamedFile => ({ setting: `${below}/${name}`, file })
  const { nextSeal, searchKeyFile } = files
  const secrets = {
    tls: readPair(pairBelow(`${below}/tls`, files.tls), report),
    seal: readPair(pairBelow(`${below}/seal`, files.seal), report, notOfASeal),
    ...(nextSeal === undefined
      ? {}
      : { nextSeal: readPair(pairBelow(`${below}/nextSeal`, nextSeal), report, notOfASeal) }),
    clientAuthorities: readAuthorities(named('clientAuthoritiesFile', files.clientAuthoritiesFile), report),
    logKey: readEd25519(named('logKeyFile', files.logKeyFile), report),
    payloadKey: readRandomKey(named('payloadKeyFile', files.payloadKeyFile), report),
    ...(searchKeyFile === undefined ? {} : { searchKey: readRandomKey(named('searchKeyFile', searchKeyFile), report) }),
    callbackKeys: (['callbackKeyFile', 'nextCallbackKeyFile'] as const).flatMap((name) => {
      const file = files[name]
      return file === undefined ? [] : [readEd25519(named(name, file), report)]
    }),
  }
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
  return secrets
}

/** What a proxy proves itself by. Throws `ConfigRefused` where the file cannot be read or holds too little. */
export const readProxySecret = (file: string): Secret<string> => {
  const mistakes: string[] = []
  const named = { setting: '/http/proxy/secretFile', file }
  const secret = readText(named, (mistake) => mistakes.push(mistake)).trim()
  if (mistakes.length === 0 && secret.length < PROXY_SECRET_CHARACTERS)
    mistakes.push(`${called(named)} is shorter than ${PROXY_SECRET_CHARACTERS} characters`)
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
  return new Secret(secret)
}
