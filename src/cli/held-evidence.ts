import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HeldEvidence } from '../client/verify-exchange.ts'
import { cosignatureVerifier } from '../exchange-log/cosignature.ts'
import type { Receipt } from '../exchange-log/receipt.ts'
import { documentFile, FORMATS } from './document-files.ts'
import { heldApplication } from './held-application.ts'

/** File names of a folder of evidence, as `edno demo --out` and `edno submit --out` write it. */
export const EVIDENCE = {
  proof: 'receipt.tlog-proof',
  entry: 'entry.json',
  salts: 'salts.json',
  consumer: 'consumer.crt',
  broker: 'broker.crt',
  authority: 'ca.crt',
  logKey: 'log.vkey',
  timeStamps: 'time-stamp-authorities.pem',
} as const

/** Where the answer lies in the folder, in whichever format; as XML where there is none. */
function answerIn(folder: string): string {
  const places = FORMATS.map((format) => join(folder, documentFile('answer', format)))
  return places.find((place) => existsSync(place)) ?? join(folder, documentFile('answer', 'xml'))
}

/** What lies in a folder, and which file the application is from. */
export interface FoundEvidence extends HeldEvidence {
  readonly applicationFile?: string
}

export interface EvidenceOptions {
  readonly application?: string
  readonly brokerCertificate?: string
  readonly logKey?: string
  /** Files with vkeys of witnesses. */
  readonly witnessVkey?: readonly string[]
  /** A trust document, which names certificate and key. */
  readonly trust?: string
  readonly timeStampAuthorities?: string
}

/** True where a key that judges the evidence was taken from beside it: whoever made the evidence may have made the key. */
export const bringsItsOwnKeys = (held: HeldEvidence, options: EvidenceOptions): boolean =>
  options.brokerCertificate === undefined || (held.logKey !== undefined && options.logKey === undefined)

/** Reads what lies in a folder, or beside one answer file. Options name files that are elsewhere. */
export function readEvidence(path: string, options: EvidenceOptions): FoundEvidence {
  const isFolder = statSync(path).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const optional = (name: string, given?: string): string | undefined => {
    const file = given ?? join(folder, name)
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  const brokerCertificate = optional(EVIDENCE.broker, options.brokerCertificate)
  requireCertificate(brokerCertificate, options)
  const consumerCertificate = optional(EVIDENCE.consumer)
  const answer = readFileSync(isFolder ? answerIn(folder) : path)
  const application = heldApplication(answer, folder, options.application)
  const receipt = receiptOf(optional(EVIDENCE.proof), optional(EVIDENCE.entry), optional(EVIDENCE.salts))
  const logKey = optional(EVIDENCE.logKey, options.logKey)?.trim()
  const timeStampAuthorities = optional(EVIDENCE.timeStamps, options.timeStampAuthorities)
  return {
    answer,
    brokerCertificate: brokerCertificate ?? '',
    ...(application === undefined ? {} : { application: application.bytes, applicationFile: application.file }),
    ...(consumerCertificate === undefined ? {} : { consumerCertificate }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(logKey === undefined ? {} : { logKey }),
    ...witnessKeysOf(options),
    ...(timeStampAuthorities === undefined ? {} : { timeStampAuthorities }),
  }
}

/** Throws where a file holds no vkey of a witness: a wrong key is wrong usage, not evidence that does not hold. */
const witnessKeysOf = ({ witnessVkey: files }: EvidenceOptions): Pick<HeldEvidence, 'witnessKeys'> =>
  files === undefined ? {} : { witnessKeys: files.map((file) => cosignatureVerifier(readFileSync(file, 'utf8')).vkey) }

/** The certificate comes from a file of its own, or from the trust document. */
function requireCertificate(certificate: string | undefined, { trust }: EvidenceOptions): void {
  if (certificate === undefined && trust === undefined)
    throw new Error(
      `${EVIDENCE.broker} is not beside the answer: name edno's certificate with --broker-certificate, or --trust`,
    )
}

function receiptOf(
  proof: string | undefined,
  entry: string | undefined,
  salts: string | undefined,
): Receipt | undefined {
  if (proof === undefined && entry === undefined) return undefined
  if (proof === undefined || entry === undefined)
    throw new Error(`${EVIDENCE.proof} and ${EVIDENCE.entry} prove something only together; one of them is missing`)
  return {
    proof,
    entry: Buffer.from(entry).toString('base64url'),
    salts: salts === undefined ? {} : (JSON.parse(salts) as Receipt['salts']),
  }
}
