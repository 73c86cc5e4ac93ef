import type { ConnectionOptions } from 'node:tls'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { makeIdentity } from '../support/certificates.ts'
import { type Tls, tlsOf } from './keys.ts'

/** One kind of bad request: who sends it, from where, and what. */
export interface BadKind {
  readonly name: string
  readonly addresses: readonly string[]
  readonly tls: ConnectionOptions
  readonly request: Buffer
}

/** All of 127.0.0.0/8 is this machine: callers have addresses of their own, as they would have outside. */
const addresses = (network: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `127.0.${network}.${n + 1}`)

/** More than the shipped limit of the body. */
const HUGE = 10_000_000
const SENT_OF_IT = 16_384

/** Strangers from ten addresses each, and three parties whose software has gone wrong; the good consumers are another. */
export async function badKinds(dataDirectory: string, target: URL): Promise<readonly BadKind[]> {
  const post = (body: Uint8Array, length = body.length): Buffer => requestTo(target, body, length)
  const party = (name: string): Tls => tlsOf(dataDirectory, `parties/${name}/tls`)
  const unknown = await makeIdentity('unknown', 'p-256')
  const { ca } = party('lovech')
  const garbage = Buffer.alloc(4000, '<a b="')
  return [
    { name: 'no certificate', addresses: addresses(1, 10), tls: { ca }, request: post(garbage) },
    {
      name: 'unknown certificate',
      addresses: addresses(2, 10),
      tls: { ca, cert: unknown.certificatePem, key: unknown.privateKeyPem },
      request: post(garbage),
    },
    {
      name: 'wrong signature',
      addresses: addresses(3, 1),
      tls: party('lovech'),
      request: post(tampered(dataDirectory, 'lovech')),
    },
    { name: 'no XML', addresses: addresses(4, 1), tls: party('bansko'), request: post(garbage) },
    {
      name: 'huge body',
      addresses: addresses(5, 1),
      tls: party('vidin'),
      request: post(Buffer.alloc(SENT_OF_IT, '<a>'), HUGE),
    },
  ]
}

/** An application of the party, changed after it was signed. */
function tampered(dataDirectory: string, party: string): Uint8Array {
  const config = loadConfig({ root: findRoot(), environment: { EDNO_DATA_DIR: dataDirectory } })
  const scenario = { ...scenarioNamed(scenariosOf(config), 'taxi'), party }
  const { cert, key } = tlsOf(dataDirectory, `parties/${party}/seal`)
  return signedBytes(applicationOf(scenario, [], new Date()), { certificate: cert, key }, true)
}

const requestTo = ({ host, pathname }: URL, body: Uint8Array, length: number): Buffer =>
  Buffer.concat([
    Buffer.from(
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/xml\r\nContent-Length: ${length}\r\n\r\n`,
    ),
    body,
  ])
