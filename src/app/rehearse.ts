import { readApplication, readHead } from '../message/read-application.ts'
import { writeApplication } from '../message/write-application.ts'
import type { Application } from '../model/application.ts'
import { exchangeId, partyId } from '../model/ids.ts'
import type { Logger } from '../ops/logger.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { currentSealer, type DatedSealer } from '../signature/dated-sealer.ts'
import { sealCanonicalXml } from '../signature/seal-xml.ts'
import { type CertificateDirectory, verifySeal } from '../signature/verify-seal.ts'
import type { Store } from '../store/store.ts'

export interface RehearsalParts {
  readonly sealers: readonly DatedSealer[]
  readonly store: Pick<Store, 'ping'>
  readonly clock: () => Date
  readonly logger: Logger
}

/** So often, or so long, whichever ends sooner: after that the engine has compiled what each exchange runs through. */
const ROUNDS = 30
const LONGEST_MS = 300
/** Opened beforehand: those who come first are many where another process has just died. */
const CONNECTIONS = 6

/**
 * Before the first caller: edno signs an application of nobody, verifies and reads it, again and again, and opens connections to
 * its database. A process that was just started would otherwise let its first callers wait several times as long. What fails here
 * is told, and fails again where it matters.
 */
export async function rehearse({ sealers, store, clock, logger }: RehearsalParts): Promise<void> {
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => store.ping()))
    const sealer = currentSealer(sealers, clock())
    const directory = onlyOf(sealer)
    const until = clock().getTime() + LONGEST_MS
    for (let round = 0; round < ROUNDS && clock().getTime() < until; round += 1) playThrough(sealer, directory, clock())
  } catch (error) {
    logger.error('edno does not verify what it signs itself', {}, error)
  }
}

function playThrough(sealer: DatedSealer, directory: CertificateDirectory, at: Date): void {
  const sealed = sealCanonicalXml(writeApplication({ ...NOBODYS, issuedAt: at.toISOString() }), sealer)
  const { content } = verifySeal(sealed, directory, at)
  readHead(content)
  readApplication(content)
}

function onlyOf({ certificate }: DatedSealer): CertificateDirectory {
  const { sha256, key, notBefore, notAfter } = readCertificate(Buffer.from(certificate, 'base64'))
  const registered = { party: NOBODYS.consumer, key, notBefore, notAfter }
  return { find: (wanted) => (wanted === sha256 ? registered : undefined) }
}

const NOBODYS: Application = {
  exchangeId: exchangeId('00000000-0000-7000-8000-000000000000'),
  consumer: partyId('edno'),
  issuedAt: '',
  service: { id: 'rehearsal', version: 1 },
  case: 'rehearsal',
  official: { identifier: 'nobody', names: 'Никой', position: 'никаква' },
  legalBasis: 'none',
  applicant: { identifierType: 'eik', identifier: '999999995', names: 'Никой' },
  body: { vehicle: { plate: 'ОВ0000АА' } },
}
