import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChainCertificate, readChainCertificate } from '../../src/pki/chain-certificate.ts'
import { freePort } from './free-port.ts'

const CONFIGURATION = `
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[responder]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = OCSPSigning
keyUsage = critical,digitalSignature
[seal]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
[lists]
database = ./index.txt
crlnumber = ./crlnumber
default_md = sha256
default_crl_days = 7
`

/** Can the openssl program be run here? Where not, tests that need it are skipped and say so. */
export const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** The program says that it waits; a connection to see whether it does would be taken for its first question. */
const waits = (started: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      if (said.includes('waiting for OCSP client connections')) resolve()
    }
    started.stdout?.on('data', hear)
    started.stderr?.on('data', hear)
    started.on('exit', () => reject(new Error(`openssl ocsp ended: ${said}`)))
  })

/** An authority of the openssl program, in a folder of its own, with its responder and its revocation lists. */
export class OpensslCa {
  readonly folder = mkdtempSync(join(tmpdir(), 'edno-openssl-ca-'))
  readonly #rows: string[] = []
  readonly #running: ChildProcess[] = []
  readonly #servers: Server[] = []

  constructor(name = 'Test CA') {
    writeFileSync(join(this.folder, 'pki.cnf'), CONFIGURATION)
    writeFileSync(join(this.folder, 'crlnumber'), '01\n')
    writeFileSync(join(this.folder, 'index.txt'), '')
    this.#run(
      `req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 3650 -config pki.cnf -extensions ca -subj`,
      `/O=edno test/CN=${name}`,
    )
  }

  get certificate(): ChainCertificate {
    return this.read('ca')
  }

  read(name: string): ChainCertificate {
    return readChainCertificate(readFileSync(join(this.folder, `${name}.crt`)))
  }

  /** PEM of a certificate and of its key. */
  pem(name: string, keyOf = name): { readonly certificate: string; readonly key: string } {
    const text = (file: string): string => readFileSync(join(this.folder, file), 'utf8')
    return { certificate: text(`${name}.crt`), key: text(`${keyOf}.key`) }
  }

  /** A certificate with its key; unknown to the responder until `tell`. */
  issue(name: string, extensions: 'seal' | 'responder' = 'seal', serial = '-CAcreateserial'): ChainCertificate {
    const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
    this.#run(`req -new ${key} -keyout ${name}.key -out ${name}.csr -config pki.cnf -subj`, `/O=edno test/CN=${name}`)
    this.#run(
      `x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key ${serial} -days 825 -extfile pki.cnf -extensions ${extensions} -out ${name}.crt`,
    )
    return this.read(name)
  }

  /** PEM of another certificate of the same key, which nobody but its holder issued. */
  selfSigned(name: string): string {
    this.#run(
      `req -x509 -key ${name}.key -out ${name}-own.crt -days 30 -config pki.cnf -extensions seal -subj`,
      '/CN=own',
    )
    return this.pem(`${name}-own`, name).certificate
  }

  /** What the authority says of a certificate from now on: in its list, and by a responder started afterwards. */
  tell(name: string, status: 'good' | 'revoked'): void {
    const revoked = status === 'revoked' ? '250101000000Z,keyCompromise' : ''
    const serial = this.read(name).serialNumber.toUpperCase()
    this.#rows.push(
      [status === 'revoked' ? 'R' : 'V', '401122000000Z', revoked, serial, 'unknown', `/CN=${name}`].join('\t'),
    )
    writeFileSync(join(this.folder, 'index.txt'), `${this.#rows.join('\n')}\n`)
  }

  /** `openssl ocsp` as a server; resolves with its address when it listens. */
  async responder(signer: string, options: readonly string[] = ['-nmin', '5']): Promise<string> {
    // Another program may take the port in the meantime.
    for (let tries = 1; ; tries += 1)
      try {
        return await this.#responderOn(await freePort(), signer, options)
      } catch (error) {
        if (tries === 3) throw error
      }
  }

  async #responderOn(port: number, signer: string, options: readonly string[]): Promise<string> {
    const command = `ocsp -index index.txt -port ${port} -rsigner ${signer}.crt -rkey ${signer}.key -CA ca.crt`
    const started = spawn('openssl', [...command.split(' '), ...options], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.push(started)
    await waits(started)
    return `http://127.0.0.1:${port}/`
  }

  /** The authority's list, DER. */
  list(options = ''): Buffer {
    this.#run(`ca -gencrl -config pki.cnf -name lists -keyfile ca.key -cert ca.crt -out ca.crl ${options}`.trim())
    this.#run('crl -in ca.crl -outform DER -out ca.der')
    return readFileSync(join(this.folder, 'ca.der'))
  }

  /** Any HTTP server on loopback; resolves with its address. */
  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  close(): void {
    for (const started of this.#running) started.kill('SIGKILL')
    for (const server of this.#servers) {
      server.closeAllConnections()
      server.close()
    }
    rmSync(this.folder, { recursive: true, force: true })
  }

  #run(command: string, ...last: string[]): void {
    execFileSync('openssl', [...command.split(' '), ...last], { cwd: this.folder, stdio: 'pipe' })
  }
}
