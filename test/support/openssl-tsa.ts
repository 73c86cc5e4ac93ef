import 'reflect-metadata'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as x509 from '@peculiar/x509'
import { type Made, makeAuthority, makeLeaf, type Wish } from './chains.ts'

/** The policy under which the authority stamps where none is asked for. */
export const STAMP_POLICY = '1.2.3.4.1'
export const OTHER_POLICY = '1.2.3.4.2'

const CONFIGURATION = `
[stamps]
serial = ./serial
signer_digest = sha256
default_policy = ${STAMP_POLICY}
other_policies = ${OTHER_POLICY}
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`
const run = promisify(execFile)

/** RFC 3161 §2.3: critical, and for nothing else. */
export const STAMPS_ONLY = new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.8'], true)

const DAY_MS = 86_400_000
export const aroundNow = (): Required<Pick<Wish, 'from' | 'until'>> => ({
  from: new Date(Date.now() - DAY_MS),
  until: new Date(Date.now() + 30 * DAY_MS),
})

export interface StampKeys {
  readonly authority: Made
  readonly signer: Made
}

/** An authority with a certificate that may stamp; dates around now unless wished otherwise. */
export async function makeStampKeys(wish: Partial<Wish> = {}): Promise<StampKeys> {
  const authority = await makeAuthority('Stamps NOT FOR PRODUCTION', {
    from: new Date('2020-01-01T00:00:00Z'),
    until: new Date(Date.now() + 400 * DAY_MS),
  })
  const signer = await makeLeaf('Test time stamps', { ...aroundNow(), more: [STAMPS_ONLY], ...wish, issuer: authority })
  return { authority, signer }
}

/** A time-stamping authority of the openssl program, which has no HTTP server of its own: one file a question, in turn. */
export class OpensslTsa {
  readonly folder = mkdtempSync(join(tmpdir(), 'edno-openssl-tsa-'))
  readonly #servers: Server[] = []
  #turn: Promise<unknown> = Promise.resolve()
  /** How many questions came. */
  asked = 0
  /** While true, every connection is dropped. */
  down = false

  constructor({ authority, signer }: StampKeys) {
    writeFileSync(join(this.folder, 'tsa.cnf'), CONFIGURATION)
    writeFileSync(join(this.folder, 'serial'), '01\n')
    writeFileSync(join(this.folder, 'ca.crt'), authority.pem)
    writeFileSync(join(this.folder, 'tsa.crt'), signer.pem)
    writeFileSync(join(this.folder, 'tsa.key'), signer.keyPem)
  }

  /** What the program answers to a question (DER). */
  reply(query: Uint8Array): Promise<Buffer> {
    const next = this.#turn.then(async () => {
      writeFileSync(join(this.folder, 'q.tsq'), query)
      const files = '-queryfile q.tsq -out r.tsr -signer tsa.crt -inkey tsa.key'
      await this.#openssl(`ts -reply -config tsa.cnf -section stamps ${files}`)
      return readFileSync(join(this.folder, 'r.tsr'))
    })
    this.#turn = next.catch(() => undefined)
    return next
  }

  /** A question of the program's own over a digest (hex), with its own nonce or none. */
  async query(digest: string, options = '-cert'): Promise<Buffer> {
    await this.#openssl(`ts -query -digest ${digest} -sha256 ${options} -out own.tsq`)
    return readFileSync(join(this.folder, 'own.tsq'))
  }

  /** Does the program accept this token over these octets? */
  async accepts(token: Uint8Array, octets: Uint8Array): Promise<boolean> {
    writeFileSync(join(this.folder, 'token.tst'), token)
    writeFileSync(join(this.folder, 'data'), octets)
    return this.#openssl('ts -verify -data data -in token.tst -token_in -CAfile ca.crt').then(
      () => true,
      () => false,
    )
  }

  /** The authority on loopback; `change` may answer otherwise than the program would. Resolves with its address. */
  async serve(change: (query: Buffer) => Promise<Uint8Array> = (query) => this.reply(query)): Promise<string> {
    const server = createServer((request, response) => {
      this.asked += 1
      if (this.down) {
        request.socket.destroy()
        return
      }
      bodyOf(request)
        .then(change)
        .then(
          (reply) => response.setHeader('Content-Type', 'application/timestamp-reply').end(reply),
          () => response.writeHead(500).end(),
        )
    })
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #openssl(command: string): Promise<void> {
    await run('openssl', command.split(' '), { cwd: this.folder })
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
