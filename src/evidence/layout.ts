/** Where things lie in a container of evidence. What edno writes and what it verifies go by the same names. */
export const README = 'README.txt'
export const ABOUT = 'exchange.json'
export const PLAN = 'plan.json'
export const DECISION = 'decision.json'
export const ACKNOWLEDGEMENT = 'acknowledgement.jose'
export const CHECKPOINT = 'log/checkpoint'
export const LOG_VKEY = 'certificates/log.vkey'
export const LOG_PEM = 'certificates/log.pem'
export const STAMP_TOKEN = 'stamps/answer.tst'
export const HEAD_STAMP = 'stamps/checkpoint.tst'
export const STAMPED = 'stamps/answer.stamped'

const SUFFIXES: Readonly<Record<string, string>> = {
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/soap+xml': 'xml',
  'application/json': 'json',
  'application/jose': 'jose',
  'application/jose+json': 'jose.json',
}

/** `xml`, `json`, `jose`, `jose.json`; `bin` for what is none of these. */
export const suffixOf = (mediaType: string): string => SUFFIXES[mediaType] ?? 'bin'

/** Of whose certificates it is told whether they were revoked: who signed, and who stamped. */
export const REVOCATION_SUBJECTS = [
  'application',
  'answer',
  'acknowledgement',
  'answer-stamp',
  'checkpoint-stamp',
] as const
export type RevocationSubject = (typeof REVOCATION_SUBJECTS)[number]

/** Of the authorities above a certificate, from its issuer (1) upwards. */
export const revocationIssuer = (of: RevocationSubject, place: number): string => `revocation/${of}.${place}.crt`
/** What that authority said of the certificate below it. */
export const revocationProof = (of: RevocationSubject, place: number, kind: 'ocsp' | 'crl'): string =>
  `revocation/${of}.${place}.${kind}`

/** Every suffix that a signed document may have. */
export const DOCUMENT_SUFFIXES = ['xml', 'jose', 'jose.json'] as const

export const certificateOf = (subject: RevocationSubject): string => `certificates/${subject}.crt`
export const saltOf = (what: 'request' | 'answer'): string => `salts/${what}`
export const registrySalt = (call: string): string => `salts/registry.${call}`
export const supplementSalt = (call: string): string => `salts/supplement.${call}`
/** No call is called so: names of calls hold no dashes. */
export const RECEIVED = 'registries/commitments-received.json'
export const registryPart = (call: string): string => `registries/${call}.json`
export const registryAnswer = (call: string, suffix: string): string => `registries/${call}.answer.${suffix}`
/** Where another seal of edno signed it than the answer. */
export const supplementCertificate = (call: string): string => `certificates/supplement.${call}.crt`
export const supplementFile = (call: string, suffix: string): string => `supplements/${call}.${suffix}`
export const agreementFile = (digest: string): string => `agreements/${digest}.json`
export const grantFile = (digest: string): string => `grants/${digest}.json`
export const actFile = (digest: string, number: number): string => `agreements/${digest}.${number}.jose`
export const entryFile = (number: number, event: string): string => `log/${number}-${event}.json`
export const proofFile = (entry: string): string => entry.replace(/\.json$/, '.tlog-proof')
