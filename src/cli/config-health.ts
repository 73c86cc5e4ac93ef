import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Config } from '../config/config.ts'
import { readCertificate } from '../pki/read-certificate.ts'

const certificateOf = (socket: Socket): string | undefined =>
  socket instanceof TLSSocket
    ? socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()
    : undefined

/**
 * Asks the process beside it and no other: the front door is known by its certificate, pinned, as edno knows its callers.
 */
export function isReady(config: Config): Promise<boolean> {
  const file = config.keys?.tls.certificateFile ?? join(config.dataDirectory, 'pki', 'broker', 'tls.crt')
  const { sha256 } = readCertificate(readFileSync(file))
  const host = ['0.0.0.0', '::'].includes(config.http.host) ? '127.0.0.1' : config.http.host
  return new Promise((resolve) => {
    const options = { host, port: config.http.port, path: '/readyz', timeout: 4000, rejectUnauthorized: false }
    const asked = request(options, (response) => {
      resolve(response.statusCode === 200 && certificateOf(response.socket) === sha256)
      response.resume()
    })
    asked.on('error', () => resolve(false))
    asked.on('timeout', () => asked.destroy())
    asked.end()
  })
}
