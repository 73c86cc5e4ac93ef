import type { Logger } from '../ops/logger.ts'
import { BoundedMap } from '../pki/bounded-map.ts'
import { readChainCertificate } from '../pki/chain-certificate.ts'
import type { Relied } from '../pki/time-stamper.ts'
import type { Sealer } from '../signature/seal-xml.ts'
import type { DatedSealer } from '../signature/dated-sealer.ts'
import { keepCertificateWord } from '../store/certificate-words.ts'
import type { Executor } from '../store/tables/tables.ts'
import type { Certificates } from './certificates.ts'
import { proofKeeper } from './keep-proofs.ts'

const MOST_REMEMBERED = 10_000

/**
 * Keeps what authorities said of certificates that sign no application, for evidence. Nothing rests on its being kept: where that fails
 * the evidence says that it cannot be known, and what was to be signed is signed.
 */
export class CertificateWords {
  readonly #logger: Pick<Logger, 'warn'>
  readonly #keptUntil = new BoundedMap<number>(MOST_REMEMBERED)
  #store: { readonly db: Executor; readonly keepProofs: ReturnType<typeof proofKeeper> } | undefined

  constructor(logger: Pick<Logger, 'warn'>) {
    this.#logger = logger
  }

  /** Certificates are judged before there is a store; nothing is relied on before this. */
  keepIn(db: Executor): void {
    this.#store = { db, keepProofs: proofKeeper(db) }
  }

  readonly keep: Relied = async ({ sha256: certificate }, proofs, since) => {
    if (this.#store === undefined || proofs === undefined || proofs.length === 0) return
    const { db, keepProofs } = this.#store
    const goodUntil = new Date(Math.min(...proofs.map(({ until }) => until.getTime())))
    try {
      const names = await keepProofs(proofs)
      const key = [certificate, ...names].join(' ')
      if ((this.#keptUntil.get(key) ?? 0) >= goodUntil.getTime()) return
      await keepCertificateWord(db, { certificate, proofs: names, since, goodUntil })
      this.#keptUntil.set(key, goodUntil.getTime())
    } catch (error) {
      this.#logger.warn('what an authority said of a certificate could not be kept for evidence', {}, error)
    }
  }
}

export interface OwnSealParts {
  readonly sealers: readonly Pick<DatedSealer, keyof Sealer | 'notBefore' | 'notAfter'>[]
  readonly certificates: Pick<Certificates, 'trust'>
  readonly words: Pick<CertificateWords, 'keep'>
  readonly clock: () => Date
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
}

const TELL = {
  trusted: 'info',
  untrusted: 'info',
  unclear: 'warn',
  revoked: 'error',
} as const
const SENTENCES = {
  trusted: "what the authority of edno's seal says of it is kept for evidence",
  untrusted: "no authority of the trust folder issued edno's seal: evidence cannot tell whether it was revoked",
  unclear: "the authority of edno's seal does not say whether it was revoked; evidence cannot tell it either",
  revoked: "the authority of edno's seal has REVOKED it",
} as const

/** Asks the authorities of edno's own seals whether they were revoked, and keeps what they say; tells when that changes. */
export function ownSealWatch({ sealers, certificates, words, clock, logger }: OwnSealParts): () => Promise<void> {
  const told = new Map<string, keyof typeof TELL>()
  const look = async (sealer: OwnSealParts['sealers'][number]): Promise<void> => {
    const now = clock()
    if (now < sealer.notBefore || now > sealer.notAfter) return
    const certificate = readChainCertificate(Buffer.from(sealer.certificate, 'base64'))
    const verdict = await certificates.trust.judge({ certificate, offered: [] }, 'seal', now)
    if (verdict.kind === 'trusted') await words.keep(certificate, verdict.proofs, now)
    if (told.get(certificate.sha256) === verdict.kind) return
    told.set(certificate.sha256, verdict.kind)
    // Where nobody is asked there is nothing to tell.
    if (verdict.kind === 'trusted' && verdict.proofs === undefined) return
    logger[TELL[verdict.kind]](SENTENCES[verdict.kind], { kind: 'seal' })
  }
  return async () => {
    await Promise.all(sealers.map(look))
  }
}
