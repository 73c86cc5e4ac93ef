import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CertificateFiles } from './config.ts'
import { Secret } from './secret.ts'

export interface KeyedCertificatePem {
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly key: Secret<string>
}

/** A file, and the setting that names it: by that its mistakes are placed. */
export interface NamedFile {
  /** JSON pointer into the configuration, such as `/keys/seal/keyFile`. */
  readonly setting: string
  readonly file: string
}

export interface NamedPair {
  readonly certificate: NamedFile
  readonly key: NamedFile
}

export type Report = (mistake: string) => void

export const called = ({ setting, file }: NamedFile): string => `${setting} (${file})`

export const pairBelow = (setting: string, { certificateFile, keyFile }: CertificateFiles): NamedPair => ({
  certificate: { setting: `${setting}/certificateFile`, file: certificateFile },
  key: { setting: `${setting}/keyFile`, file: keyFile },
})

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''

/** Empty where it was reported already. */
export const readText = (named: NamedFile, report: Report): string => {
  try {
    const text = readFileSync(named.file, 'utf8')
    if (text.trim() !== '') return text
    report(`${called(named)} is empty`)
  } catch (error) {
    report(`${called(named)} cannot be read${codeOf(error)}`)
  }
  return ''
}

export const readKey = (text: string, named: NamedFile, report: Report): KeyObject | undefined => {
  try {
    return createPrivateKey(text)
  } catch {
    report(`${called(named)} is not a private key in PEM`)
    return undefined
  }
}

const readCertificate = (text: string, named: NamedFile, report: Report): X509Certificate | undefined => {
  try {
    return new X509Certificate(text)
  } catch {
    report(`${called(named)} is not a certificate in PEM`)
    return undefined
  }
}

/** A certificate and its key. `wanted` says what is wrong with a key of another kind. */
export const readPair = (
  pair: NamedPair,
  report: Report,
  wanted: (key: KeyObject) => string | undefined = () => undefined,
): KeyedCertificatePem => {
  const certificate = readText(pair.certificate, report)
  const proven = certificate === '' ? undefined : readCertificate(certificate, pair.certificate, report)
  const text = readText(pair.key, report)
  const key = text === '' ? undefined : readKey(text, pair.key, report)
  const other = key && wanted(key)
  if (other !== undefined) report(`${called(pair.key)} ${other}`)
  else if (key !== undefined && proven?.checkPrivateKey(key) === false)
    report(`${called(pair.key)} does not belong to the certificate of ${pair.certificate.setting}`)
  return { certificate, key: new Secret(text) }
}
