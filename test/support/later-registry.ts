import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config, RegistryConfig } from '../../src/config/config.ts'
import { issueAuthority, issueCertificate, type KeyedCertificate } from '../../src/pki/issue-certificate.ts'
import { type Simulator, startSimulator } from '../../src/simulator/start-simulator.ts'
import { ownAdapters } from './own-adapters.ts'
import { CAST } from './simulator.ts'

export const LATER = 'vehicle-register'
export const CALLBACK_URL = 'https://edno.invalid/RegiX/callback/vehicle-register'

/** edno's adapters with one whose registry answers later, outside the tree. */
export function laterAdapters(folder: string): string {
  const adapters = ownAdapters(folder)
  const file = join(adapters, LATER, 'registration.v1', 'regix.json')
  const map = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...map, asynchronous: true }))
  return adapters
}

/** A vehicle register with an address of its own, which outlives any edno; signs what it answers. */
export class LaterRegistry {
  readonly folder: string
  readonly adaptersFolder: string
  readonly simulator: Simulator
  /** By which it proves itself where it calls edno. */
  readonly callback: KeyedCertificate
  readonly registries: Config['registries']

  private constructor(parts: Omit<LaterRegistry, 'close'>) {
    this.folder = parts.folder
    this.adaptersFolder = parts.adaptersFolder
    this.simulator = parts.simulator
    this.callback = parts.callback
    this.registries = parts.registries
  }

  static async start(more: Partial<RegistryConfig> = {}): Promise<LaterRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'edno-later-'))
    const adaptersFolder = laterAdapters(folder)
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
    const authority = await issueAuthority({ commonName: 'Later registry authority' }, validity)
    const issue = (use: 'server' | 'client' | 'seal', keyType: 'ec-p256' | 'rsa-2048' = 'ec-p256') =>
      issueCertificate(authority, {
        ...{ subject: { commonName: `Later registry, ${use}` }, use, keyType, ...validity },
        ...(use === 'server' ? { hosts: ['127.0.0.1'] } : {}),
      })
    const [server, client, callback, seal] = await Promise.all([
      issue('server'),
      issue('client'),
      issue('client'),
      issue('seal', 'rsa-2048'),
    ])
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
      return join(folder, name)
    }
    const tls = { key: server.key, certificate: server.certificate, ca: authority.certificate }
    const simulator = await startSimulator({ adaptersFolder, castFile: CAST, tls, seal, registries: [LATER] })
    const registry: RegistryConfig = {
      url: simulator.url(LATER),
      caFile: file('ca.crt', authority.certificate),
      certificateFile: file('client.crt', client.certificate),
      keyFile: file('client.key', client.key),
      answerCertificatesFile: file('seal.crt', seal.certificate),
      callbackUrl: CALLBACK_URL,
      callbackCertificatesFile: file('callback.crt', callback.certificate),
      ...more,
    }
    return new LaterRegistry({ folder, adaptersFolder, simulator, callback, registries: { [LATER]: registry } })
  }

  async close(): Promise<void> {
    await this.simulator.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
