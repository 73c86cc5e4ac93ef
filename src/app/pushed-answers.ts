import { AdapterFault } from '../adapter-kit/adapter.ts'
import { CALLBACK, readCallbackHead } from '../adapter-kit/regix/execute-reply.ts'
import { REGIX_SERVICE } from '../adapter-kit/regix/names.ts'
import { soapEnvelope } from '../adapter-kit/soap/envelope.ts'
import type { RegistryConfig } from '../config/config.ts'
import type { DispatchPorts } from '../dispatch/ports.ts'
import { readPromise } from '../dispatch/promised-answers.ts'
import type { PushedAnswerDesk } from '../http/broker.ts'
import { operationRef } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { insertPushed, type OpenPromise, openPromises, promiseSecret } from '../store/promised-answers.ts'
import type { Capabilities } from './ports.ts'
import { registryCertificates } from './registry-certificates.ts'

type Parts = Pick<
  Capabilities,
  'config' | 'clock' | 'registryNow' | 'rules' | 'store' | 'log' | 'adapters' | 'deferring' | 'logger'
> & {
  readonly verifyAnswer: DispatchPorts['verifyAnswer']
}

interface Pinned {
  readonly sha256: string
  readonly notBefore: number
  readonly notAfter: number
}

/** Answers that registries send of themselves, each to a call that waits for it. */
export function pushedAnswerDesk(parts: Parts): PushedAnswerDesk {
  const pinnedNow = pinsOf(parts)
  return {
    admit: (registry, certificate) => requireCertificate(pinnedNow(registry), certificate, parts.clock()),
    take: async (registry, certificate, raw) => {
      requireCertificate(pinnedNow(registry), certificate, parts.clock())
      const head = headOf(raw)
      const promises = await openPromises(parts.store.db, registry, head.callId)
      const found = await promiseOf(promises, head, parts)
      if (found === undefined)
        throw new BrokerError('regix.callback-unknown', 'no answer of this number and code is waited for')
      if (head.answers) await keep(found, raw, { registry, parts })
      // One that says that there is no answer yet says nothing new.
      if (head.ready) await parts.deferring.wake(found.row, registry)
      return soapEnvelope(`<${CALLBACK}Response xmlns="${REGIX_SERVICE}"/>`)
    },
  }
}

/**
 * The certificates of a registry as it is configured now: registries come and go, and their certificates change, while edno runs.
 * Read once for each writing of the configuration. @throws ConfigRefused at the start; later nobody is believed whose file cannot be read.
 */
function pinsOf({ config, registryNow, logger }: Parts): (registry: string) => readonly Pinned[] {
  const read = new WeakMap<RegistryConfig, readonly Pinned[]>()
  for (const [registry, entry] of Object.entries(config.registries)) read.set(entry, pinnedIn(registry, entry))
  return (registry) => {
    const entry = registryNow(registry)
    if (entry === undefined) return []
    const found = read.get(entry) ?? laterPinned(registry, entry, logger)
    read.set(entry, found)
    return found
  }
}

function laterPinned(registry: string, entry: RegistryConfig, logger: Parts['logger']): readonly Pinned[] {
  try {
    return pinnedIn(registry, entry)
  } catch (error) {
    logger.error(
      'the certificates of this registry cannot be read: nothing that it sends of itself is taken',
      { registry },
      error,
    )
    return []
  }
}

function pinnedIn(registry: string, { callbackCertificatesFile: file }: RegistryConfig): readonly Pinned[] {
  if (file === undefined) return []
  return registryCertificates(registry, 'callbackCertificatesFile', file).map(
    ({ fingerprint256, validFrom, validTo }) => ({
      sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
      notBefore: Date.parse(validFrom),
      notAfter: Date.parse(validTo),
    }),
  )
}

function requireCertificate(pinned: readonly Pinned[], certificate: string | undefined, now: Date): void {
  if (certificate === undefined) throw new BrokerError('access.unauthenticated', 'no client certificate was presented')
  const at = now.getTime()
  const known = pinned.some(
    ({ sha256, notBefore, notAfter }) => sha256 === certificate && notBefore <= at && at <= notAfter,
  )
  if (!known)
    throw new BrokerError('access.unknown-party', 'this certificate is not configured for answers of this registry')
}

function headOf(raw: Uint8Array) {
  try {
    return readCallbackHead(raw)
  } catch (error) {
    if (!AdapterFault.is(error)) throw error
    throw new BrokerError('regix.body', 'the message is no ExecuteCallback', { cause: error })
  }
}

interface Found {
  readonly row: OpenPromise
  readonly promise: NonNullable<ReturnType<typeof readPromise>>
  readonly key: Awaited<ReturnType<Capabilities['log']['handleOf']>>['key']
}

/** A registry that begins its numbers anew gives one twice: the code tells them apart. */
async function promiseOf(
  rows: readonly OpenPromise[],
  { verificationCode }: { readonly verificationCode?: string },
  { store, log }: Parts,
): Promise<Found | undefined> {
  for (const row of rows) {
    const found = await log.later.stored(row.exchange)
    if (found === undefined) continue
    const { key } = await log.handleOf(found.opened.plan)
    const promise = readPromise(await promiseSecret(store.db, key, row))
    if (promise !== undefined && promise.proof === verificationCode) return { row, promise, key }
  }
  return undefined
}

/** Judged before it is kept, so that nobody is told that it was taken who sent something else. */
async function keep(
  { row, promise, key }: Found,
  raw: Uint8Array,
  { registry, parts }: { readonly registry: string; readonly parts: Parts },
): Promise<void> {
  const later = parts.adapters.laterOf(operationRef(row.operation))
  if (later === undefined) throw new BrokerError('provider.unavailable', 'this process does not ask this registry')
  try {
    await later.judge(raw, promise, parts.verifyAnswer?.(registry))
  } catch (error) {
    if (!AdapterFault.is(error)) throw error
    // That of an adapter in a thread of its own, which ended: it says nothing about what was sent.
    if (error.kind === 'unavailable') throw new BrokerError('provider.unavailable', error.message, { cause: error })
    parts.logger.warn('what a registry sent of itself was refused', { registry, kind: error.kind })
    throw new BrokerError(
      error.kind === 'bad-signature' ? 'regix.callback-signature' : 'regix.callback-answer',
      error.message,
      { cause: error },
    )
  }
  if (mayKeep(row.operation, parts)) await insertPushed(parts.store.db, key, row, raw)
}

/**
 * Where others' data, or more than the operation is for, may stand in an answer, edno keeps none of it before it is judged: there the
 * message is a sign that the answer can be fetched.
 */
function mayKeep(operation: string, { rules }: Pick<Parts, 'rules'>): boolean {
  const manifest = rules.catalogue.operations.get(operationRef(operation))?.manifest
  if (manifest === undefined || manifest.keepAnswer !== undefined) return false
  return manifest.subject === 'none' || manifest.subject.mismatch !== 'drop'
}
