import { join } from 'node:path'
import type { ConformanceRig } from '../../adapter-kit/conformance/bench.ts'
import { issueAuthority, issueCertificate } from '../../pki/issue-certificate.ts'
import { startSimulator } from '../../simulator/start-simulator.ts'

/** The examples of edno's own adapters hold as of this day, which their stand-ins are told. */
const EXAMPLES_DAY = new Date('2026-01-15T12:00:00Z')
const HOUR_MS = 3_600_000

/** The stand-in of one adapter's registry, with certificates of its own that are written nowhere. */
export async function standInRig(root: string, folder: string, registry: string): Promise<ConformanceRig> {
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + HOUR_MS) }
  const authority = await issueAuthority({ commonName: 'Adapter check' }, validity)
  const keyType = 'rsa-2048'
  const server = await issueCertificate(authority, {
    ...{ subject: { commonName: 'Stand-in' }, use: 'server', keyType, hosts: ['127.0.0.1'] },
    ...validity,
  })
  const client = await issueCertificate(authority, {
    ...{ subject: { commonName: 'edno adapter check' }, use: 'client', keyType },
    ...validity,
  })
  const ca = authority.certificate
  const simulator = await startSimulator({
    adaptersFolder: join(folder, 'none'),
    alsoFolders: [folder],
    castFile: join(root, 'config', 'demo', 'cast.yaml'),
    tls: { key: server.key, certificate: server.certificate, ca },
    clock: () => EXAMPLES_DAY,
  })
  return {
    endpoint: { url: simulator.url(registry), ca, certificate: client.certificate, key: client.key },
    setFault: (fault) => simulator.setFault(registry, fault),
    connections: () => simulator.connections(),
    close: () => simulator.close(),
  }
}
