import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Key and certificate of one side of a connection, and the authority both sides know. PEM texts. */
export interface Tls {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** The file names of one certificate in the development PKI of a data directory: `broker/client`. */
export const filesOf = (dataDirectory: string, name: string) => ({
  caFile: join(dataDirectory, 'pki', 'ca.crt'),
  certificateFile: join(dataDirectory, 'pki', `${name}.crt`),
  keyFile: join(dataDirectory, 'pki', `${name}.key`),
})

export function tlsOf(dataDirectory: string, name: string): Tls {
  const { caFile, certificateFile, keyFile } = filesOf(dataDirectory, name)
  const text = (file: string): string => readFileSync(file, 'utf8')
  return { ca: text(caFile), cert: text(certificateFile), key: text(keyFile) }
}
