import { fileURLToPath } from 'node:url'
import type { RegistryEndpoint } from '../../src/adapter-kit/adapter.ts'
import type { ConformanceRig } from '../../src/adapter-kit/conformance.ts'
import { issueAuthority, issueCertificate, type KeyedCertificate } from '../../src/pki/issue-certificate.ts'
import { type Simulator, startSimulator } from '../../src/simulator/start-simulator.ts'

export const ADAPTERS = fileURLToPath(new URL('../../adapters', import.meta.url))
export const CAST = fileURLToPath(new URL('../../config/demo/cast.yaml', import.meta.url))

interface TestKeys {
  readonly ca: string
  readonly server: KeyedCertificate
  readonly client: KeyedCertificate
}

/** Made once a process, kept in memory only. */
let keys: Promise<TestKeys> | undefined
const testKeys = (): Promise<TestKeys> => (keys ??= makeKeys())

async function makeKeys(): Promise<TestKeys> {
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
  const authority = await issueAuthority({ commonName: 'Registry test authority' }, validity)
  const issue = (use: 'server' | 'client', commonName: string): Promise<KeyedCertificate> =>
    issueCertificate(authority, {
      subject: { commonName },
      use,
      keyType: 'ec-p256',
      ...validity,
      ...(use === 'server' ? { hosts: ['127.0.0.1'] } : {}),
    })
  return {
    ca: authority.certificate,
    server: await issue('server', 'Simulated registries'),
    client: await issue('client', 'Broker under test'),
  }
}

/** How an adapter under test proves itself to `url`. */
export async function testEndpoint(url: string): Promise<RegistryEndpoint> {
  const { ca, client } = await testKeys()
  return { url, ca, certificate: client.certificate, key: client.key }
}

/** The examples in the adapters' folders hold as of this day. */
export const EXAMPLES_DAY = new Date('2026-01-15T12:00:00Z')

/** A simulator with the cast of the demo and certificates of its own. */
export async function startTestSimulator(...registries: readonly string[]): Promise<Simulator> {
  const { ca, server } = await testKeys()
  const tls = { key: server.key, certificate: server.certificate, ca }
  const some = registries.length === 0 ? {} : { registries }
  return startSimulator({ adaptersFolder: ADAPTERS, castFile: CAST, tls, clock: () => EXAMPLES_DAY, ...some })
}

/** What the conformance suite runs against: the adapter's own stand-in. */
export async function startRig(registry: string): Promise<ConformanceRig> {
  const simulator = await startTestSimulator(registry)
  return {
    endpoint: await testEndpoint(simulator.url(registry)),
    setFault: (fault) => simulator.setFault(registry, fault),
    connections: () => simulator.connections(),
    close: () => simulator.close(),
  }
}
