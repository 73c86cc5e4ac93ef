import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AdapterFault } from '../adapter-kit/adapter.ts'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { DispatchPorts } from '../dispatch/ports.ts'
import { type RegixTrust, verifyRegixAnswer } from '../signature/verify-regix-answer.ts'
import type { Logger } from '../ops/logger.ts'
import type { Keys } from './keys.ts'

/** No answer of a registry is larger: `MAX_BYTES` of the kit. */
const MAX_BYTES = 2 * 1024 * 1024
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Who signs the answers of which registry: as configured, and in development the stand-ins. */
export function answerVerifiers(
  { registries, simulateRegistries }: Pick<Config, 'registries' | 'simulateRegistries'>,
  { development }: Pick<Keys, 'development'>,
  { clock, logger }: { readonly clock: () => Date; readonly logger: Pick<Logger, 'warn'> },
): NonNullable<DispatchPorts['verifyAnswer']> {
  for (const [registry, { answersBySha1 }] of Object.entries(registries))
    if (answersBySha1 === true) logger.warn('answers of this registry may be signed with SHA-1', { registry })
  const verifiers = new Map(
    Object.entries(registries).map(([registry, { answerCertificatesFile: file, answersBySha1 = false }]) => [
      registry,
      file === undefined ? undefined : verifier(trustIn(registry, file, answersBySha1), clock),
    ]),
  )
  const standIns =
    simulateRegistries && development !== undefined
      ? verifier(trustIn('development', development.registrySeal.certificateFile, false), clock)
      : undefined
  return (registry) => (verifiers.has(registry) ? verifiers.get(registry) : standIns)
}

const verifier =
  (trust: RegixTrust, clock: () => Date) =>
  (raw: Uint8Array, namespace?: string): Uint8Array => {
    const verdict = verifyRegixAnswer(raw, trust, clock(), namespace)
    if ('refused' in verdict) throw new AdapterFault('bad-signature', verdict.refused)
    return verdict.data
  }

function trustIn(registry: string, file: string, sha1: boolean): RegixTrust {
  const certificates = [...readFileSync(file, 'utf8').matchAll(PEM)].map(([pem]) => new X509Certificate(pem))
  if (certificates.length === 0)
    throw new ConfigRefused([`/registries/${registry}/answerCertificatesFile holds no certificate`])
  return { certificates, sha1, maxBytes: MAX_BYTES }
}
