import { allowedAddresses, type RevocationPolicy } from './authority.ts'
import { BoundedMap } from './bounded-map.ts'
import type { ChainCertificate } from './chain-certificate.ts'
import { lookUp, type ReadCrl, readCrl } from './crl.ts'
import type { FetchStatus } from './fetch-status.ts'
import { askOcsp, judgeOcsp } from './ocsp.ts'
import { goodUntil, type Proven, type RevocationProof, type Told, unclear } from './revocation-status.ts'

export interface RevocationOptions {
  readonly fetch: FetchStatus
  readonly clock: () => Date
}

/** A certificate, who issued it, and where its issuer may be asked. */
export interface RevocationQuestion {
  readonly certificate: ChainCertificate
  readonly issuer: ChainCertificate
  readonly policy: RevocationPolicy
}

const MAX_ENTRIES = 10_000
const MAX_LISTS = 50
/** "Cannot tell" is believed this long, so that a silent responder is not waited for again by every caller. */
const RETRY_MS = 10_000
/** No further address is tried after this long. */
const PATIENCE_MS = 5_000

interface Kept {
  readonly told: Proven
  readonly until: Date
}

interface KeptList {
  readonly list: ReadCrl
  readonly bytes: Uint8Array
}

const proven = (told: Told, proof: RevocationProof): Proven => (told.status === 'unclear' ? told : { ...told, proof })

/** A list is looked into as long as it says that it holds. */
const lookedUp = ({ list, bytes }: KeptList, certificate: ChainCertificate, now: Date): Proven =>
  proven(lookUp(list, certificate, now), { kind: 'crl', bytes, until: list.nextUpdate })

/** Asks authorities by OCSP, then by revocation list; remembers what they say as long as they say it holds. */
export class Revocation {
  readonly #options: RevocationOptions
  readonly #kept = new BoundedMap<Kept>(MAX_ENTRIES)
  readonly #lists = new BoundedMap<KeptList>(MAX_LISTS)
  readonly #running = new Map<string, Promise<Proven>>()
  readonly #fetching = new Map<string, Promise<Uint8Array | undefined>>()

  constructor(options: RevocationOptions) {
    this.#options = options
  }

  /** Never throws. One question per certificate is on its way at any time; others wait for its answer. */
  async statusOf(question: RevocationQuestion): Promise<Proven> {
    const key = `${question.certificate.sha256} ${question.issuer.sha256}`
    const kept = this.#kept.get(key)
    if (kept !== undefined && this.#options.clock() <= kept.until) return kept.told
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const asking = this.#ask(question)
    this.#running.set(key, asking)
    try {
      const told = await asking
      const retry = new Date(this.#options.clock().getTime() + RETRY_MS)
      this.#kept.set(key, { told, until: told.status === 'unclear' ? retry : told.until })
      return told
    } finally {
      this.#running.delete(key)
    }
  }

  /** The first definite word counts; where there is none, the last reason why. */
  async #ask(question: RevocationQuestion): Promise<Proven> {
    const { certificate, policy } = question
    const tries = [
      ...allowedAddresses(policy.ocsp, certificate.ocspAddresses, policy).map(
        (address) => () => this.#byOcsp(address, question),
      ),
      ...allowedAddresses(policy.crl, certificate.crlAddresses, policy).map(
        (address) => () => this.#byList(address, question),
      ),
    ]
    const began = performance.now()
    let told: Proven = unclear('no-address')
    for (const attempt of tries) {
      if (performance.now() - began > PATIENCE_MS) break
      told = await attempt()
      if (told.status !== 'unclear') break
    }
    return told
  }

  async #byOcsp(address: string, { certificate, issuer }: RevocationQuestion): Promise<Proven> {
    const { request, nonce } = askOcsp(certificate, issuer)
    const response = await this.#options.fetch(address, request)
    if (response === undefined) return unclear('no-answer')
    const told = judgeOcsp(response, { certificate, issuer, nonce, now: this.#options.clock() })
    return told.status === 'unclear' ? told : proven(told, { kind: 'ocsp', bytes: response, until: told.until })
  }

  async #byList(address: string, { certificate, issuer }: RevocationQuestion): Promise<Proven> {
    const key = `${address} ${issuer.sha256}`
    const kept = this.#lists.get(key)
    const now = this.#options.clock()
    if (kept !== undefined && goodUntil(kept.list.thisUpdate, kept.list.nextUpdate, now) !== undefined)
      return lookedUp(kept, certificate, now)
    const bytes = await this.#fetchOnce(address)
    if (bytes === undefined) return unclear('no-answer')
    const list = readCrl(bytes, issuer)
    if (typeof list === 'string') return unclear(list)
    this.#lists.set(key, { list, bytes })
    return lookedUp({ list, bytes }, certificate, this.#options.clock())
  }

  /** A list serves many certificates: those that need it at the same time share one download. */
  #fetchOnce(address: string): Promise<Uint8Array | undefined> {
    const fetching = this.#fetching.get(address)
    if (fetching !== undefined) return fetching
    const started = this.#options.fetch(address).finally(() => this.#fetching.delete(address))
    this.#fetching.set(address, started)
    return started
  }
}
