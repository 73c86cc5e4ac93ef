import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { holdsCertificates } from './authorities.ts'
import type { BrokerKeyFiles, CertificateFiles } from './config.ts'
import { ConfigRefused } from './config-refused.ts'
import { Secret } from './secret.ts'

export interface KeyedCertificatePem {
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly key: Secret<string>
}

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

type Report = (mistake: string) => void

/** Empty where it was reported already. */
const readText = (file: string, what: string, report: Report): string => {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.trim() !== '') return text
    report(`${what} (${file}) is empty`)
  } catch {
    report(`${what} (${file}) cannot be read`)
  }
  return ''
}

const readKey = (text: string, what: string, report: Report): KeyObject | undefined => {
  try {
    return createPrivateKey(text)
  } catch {
    report(`${what} is not a private key in PEM`)
    return undefined
  }
}

const readPair = (files: CertificateFiles, what: string, report: Report): KeyedCertificatePem => {
  const certificate = readText(files.certificateFile, `the certificate of ${what}`, report)
  const text = readText(files.keyFile, `the key of ${what}`, report)
  const pair = { certificate, key: new Secret(text) }
  if (certificate === '' || text === '') return pair
  const key = readKey(text, `the key of ${what}`, report)
  try {
    if (key !== undefined && !new X509Certificate(certificate).checkPrivateKey(key)) {
      report(`the key of ${what} does not belong to its certificate`)
    }
  } catch {
    report(`the certificate of ${what} is not a certificate in PEM`)
  }
  return pair
}

const readEd25519 = (file: string, what: string, report: Report): Secret<string> => {
  const text = readText(file, what, report)
  const key = text === '' ? undefined : readKey(text, what, report)
  if (key !== undefined && key.asymmetricKeyType !== 'ed25519') report(`${what} is not an Ed25519 key`)
  return new Secret(text)
}

const readRandomKey = (file: string, what: string, report: Report): Secret<Uint8Array> => {
  const text = readText(file, what, report).trim()
  const bytes = Buffer.from(text, 'hex')
  if (text !== '' && !RANDOM_KEY.test(text)) report(`${what} is not 32 bytes in 64 hex digits`)
  return new Secret(bytes)
}

const readAuthorities = (file: string, report: Report): string => {
  const bundle = readText(file, 'the client authorities', report)
  if (bundle !== '' && !holdsCertificates(bundle)) {
    report(`the client authorities (${file}) hold no certificate in PEM, or a broken one`)
  }
  return bundle
}

/** Reads and proves edno's own keys. Throws `ConfigRefused` with all mistakes; no message holds what a file says. */
export const readSecrets = (files: BrokerKeyFiles): BrokerSecrets => {
  const mistakes: string[] = []
  const report: Report = (mistake) => mistakes.push(mistake)
  const secrets = {
    tls: readPair(files.tls, 'the front door', report),
    seal: readPair(files.seal, 'the seal', report),
    ...(files.nextSeal === undefined ? {} : { nextSeal: readPair(files.nextSeal, 'the next seal', report) }),
    clientAuthorities: readAuthorities(files.clientAuthoritiesFile, report),
    logKey: readEd25519(files.logKeyFile, 'the log key', report),
    payloadKey: readRandomKey(files.payloadKeyFile, 'the payload key', report),
    ...(files.searchKeyFile === undefined
      ? {}
      : { searchKey: readRandomKey(files.searchKeyFile, 'the search key', report) }),
    callbackKeys: [files.callbackKeyFile, files.nextCallbackKeyFile].flatMap((file) =>
      file === undefined ? [] : [readEd25519(file, 'the key of callbacks', report)],
    ),
  }
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
  return secrets
}

/** What a proxy proves itself by. Throws `ConfigRefused` where the file cannot be read or holds too little. */
export const readProxySecret = (file: string): Secret<string> => {
  const mistakes: string[] = []
  const secret = readText(file, 'the secret of the proxy', (mistake) => mistakes.push(mistake)).trim()
  if (mistakes.length === 0 && secret.length < PROXY_SECRET_CHARACTERS)
    mistakes.push(`the secret of the proxy is shorter than ${PROXY_SECRET_CHARACTERS} characters`)
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
  return new Secret(secret)
}
