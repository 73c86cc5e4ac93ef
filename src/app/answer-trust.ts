import { AdapterFault } from '../adapter-kit/adapter.ts'
import type { Config } from '../config/config.ts'
import type { DispatchPorts } from '../dispatch/ports.ts'
import { type RegixTrust, verifyRegixAnswer } from '../signature/verify-regix-answer.ts'
import type { Logger } from '../ops/logger.ts'
import type { Keys } from './keys.ts'
import { registryCertificates } from './registry-certificates.ts'

/** No answer of a registry is larger: `MAX_BYTES` of the kit. */
const MAX_BYTES = 2 * 1024 * 1024

type Registries = Config['registries']
type VerifierOf = NonNullable<DispatchPorts['verifyAnswer']>
type Verifier = ReturnType<VerifierOf>

export interface AnswerTrustParts {
  /** The configuration as it is now: registries come and go, and their certificates change, while edno runs. */
  readonly config: () => Pick<Config, 'registries' | 'simulateRegistries'>
  readonly keys: Pick<Keys, 'development'>
  readonly clock: () => Date
  readonly logger: Pick<Logger, 'warn' | 'error'>
}

/**
 * Who signs the answers of which registry: as configured, and in development the stand-ins. Of a registry that the configuration does
 * not name no answer is believed. @throws ConfigRefused for certificates that cannot be read at the start; of later ones no answer is believed.
 */
export function answerVerifiers({ config, keys, clock, logger }: AnswerTrustParts): VerifierOf {
  const standIns = standInsOf(config(), keys, clock)
  let last = { registries: config().registries, verifiers: verifiersOf(config().registries, clock) }
  warnOfSha1(last.registries, logger)
  return (registry) => {
    const { registries } = config()
    if (registries !== last.registries) {
      last = { registries, verifiers: laterVerifiers(registries, clock, logger) }
      warnOfSha1(registries, logger)
    }
    return last.verifiers.has(registry) ? last.verifiers.get(registry) : standIns
  }
}

const verifiersOf = (registries: Registries, clock: () => Date): ReadonlyMap<string, Verifier> =>
  new Map(Object.entries(registries).map(([registry, entry]) => [registry, verifierOf(registry, entry, clock)]))

function laterVerifiers(
  registries: Registries,
  clock: () => Date,
  logger: Pick<Logger, 'error'>,
): ReadonlyMap<string, Verifier> {
  const readable = ([registry, entry]: [string, Registries[string]]): [string, Verifier] => {
    try {
      return [registry, verifierOf(registry, entry, clock)]
    } catch (error) {
      logger.error(
        'the certificates of this registry cannot be read: none of its answers is believed',
        { registry },
        error,
      )
      return [registry, believesNothing]
    }
  }
  return new Map(Object.entries(registries).map(readable))
}

function verifierOf(
  registry: string,
  { answerCertificatesFile: file, answersBySha1 = false }: Registries[string],
  clock: () => Date,
): Verifier {
  return file === undefined ? undefined : verifier(trustIn(registry, file, answersBySha1), clock)
}

function warnOfSha1(registries: Registries, logger: Pick<Logger, 'warn'>): void {
  for (const [registry, { answersBySha1 }] of Object.entries(registries))
    if (answersBySha1 === true) logger.warn('answers of this registry may be signed with SHA-1', { registry })
}

const standInsOf = (
  { simulateRegistries }: Pick<Config, 'simulateRegistries'>,
  { development }: Pick<Keys, 'development'>,
  clock: () => Date,
): Verifier =>
  simulateRegistries && development !== undefined
    ? verifier(trustIn('development', development.registrySeal.certificateFile, false), clock)
    : believesNothing

const believesNothing = (): never => {
  throw new AdapterFault('bad-signature', 'no certificate of this registry is configured')
}

const verifier =
  (trust: RegixTrust, clock: () => Date) =>
  (raw: Uint8Array, namespace?: string): Uint8Array => {
    const verdict = verifyRegixAnswer(raw, trust, clock(), namespace)
    if ('refused' in verdict) throw new AdapterFault('bad-signature', verdict.refused)
    return verdict.data
  }

function trustIn(registry: string, file: string, sha1: boolean): RegixTrust {
  const certificates = registryCertificates(registry, 'answerCertificatesFile', file)
  return { certificates, sha1, maxBytes: MAX_BYTES }
}
