import type { ContainerFile } from './container-file.ts'
import type { EvidenceContent, HeldDocument } from './content.ts'
import {
  ABOUT,
  ACKNOWLEDGEMENT,
  actFile,
  agreementFile,
  certificateOf,
  CHECKPOINT,
  DECISION,
  entryFile,
  grantFile,
  HEAD_STAMP,
  LOG_PEM,
  LOG_VKEY,
  PLAN,
  proofFile,
  README,
  RECEIVED,
  registryAnswer,
  registryPart,
  registrySalt,
  REVOCATION_SUBJECTS,
  revocationIssuer,
  revocationProof,
  saltOf,
  STAMP_TOKEN,
  STAMPED,
  suffixOf,
  supplementCertificate,
  supplementFile,
  supplementSalt,
} from './layout.ts'
import { writeReadme } from './readme.ts'

const TEXT = 'text/plain'
const JSON_TYPE = 'application/json'
const JOSE = 'application/jose'
const PEM = 'application/x-pem-file'
const TOKEN = 'application/vnd.etsi.timestamp-token'

type Some = readonly ContainerFile[]

const file = (path: string, mediaType: string, content: string | Uint8Array): ContainerFile => ({
  path,
  mediaType,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
})

/** What is not there has no file. */
const optional = (path: string, mediaType: string, content: string | Uint8Array | undefined): Some =>
  content === undefined ? [] : [file(path, mediaType, content)]

const document = (name: string, held: HeldDocument | undefined): Some =>
  held === undefined ? [] : [file(`${name}.${suffixOf(held.mediaType)}`, held.mediaType, held.bytes)]

/** In hexadecimal digits, as openssl takes them. */
const salt = (path: string, bytes: Uint8Array | undefined): Some =>
  optional(path, TEXT, bytes && `${Buffer.from(bytes).toString('hex')}\n`)

/** The files of a container, in the order in which a person reads them; the README is made for just these. */
export function evidenceFiles(content: EvidenceContent): Some {
  const files = [
    file(ABOUT, JSON_TYPE, content.about),
    ...document('application', content.application),
    ...document('answer', content.answer),
    ...optional(ACKNOWLEDGEMENT, JOSE, content.acknowledgement),
    ...optional(PLAN, JSON_TYPE, content.plan),
    ...optional(DECISION, JSON_TYPE, content.decision),
    ...agreements(content),
    ...(content.grant === undefined ? [] : [file(grantFile(content.grant.digest), JSON_TYPE, content.grant.content)]),
    ...registries(content),
    ...supplements(content),
    ...log(content),
    ...salt(saltOf('request'), content.salts.request),
    ...salt(saltOf('answer'), content.salts.answer),
    ...certificates(content),
    ...revocation(content),
    ...optional(HEAD_STAMP, TOKEN, content.headStamp),
    ...optional(STAMP_TOKEN, TOKEN, content.stamp?.token),
    ...optional(STAMPED, 'application/octet-stream', content.stamp?.over),
  ]
  return [file(README, TEXT, writeReadme(files, content)), ...files]
}

const agreements = ({ agreements: held }: EvidenceContent): Some =>
  held.flatMap(({ digest, content, acts }) => [
    file(agreementFile(digest), JSON_TYPE, content),
    ...acts.map((jws, at) => file(actFile(digest, at + 1), JOSE, jws)),
  ])

const registries = ({ registries: held, received }: EvidenceContent): Some => [
  ...optional(RECEIVED, JSON_TYPE, received),
  ...held.flatMap(({ call, about, answer, salt: opening }) => [
    file(registryPart(call), JSON_TYPE, about),
    ...(answer === undefined
      ? []
      : [file(registryAnswer(call, suffixOf(answer.mediaType)), answer.mediaType, answer.bytes)]),
    ...salt(registrySalt(call), opening),
  ]),
]

const supplements = ({ supplements: held }: EvidenceContent): Some =>
  held.flatMap(({ call, mediaType, bytes, salt: opening, signer }) => [
    file(supplementFile(call, suffixOf(mediaType)), mediaType, bytes),
    ...salt(supplementSalt(call), opening),
    ...optional(supplementCertificate(call), PEM, signer && pem('CERTIFICATE', signer)),
  ])

const log = ({ entries, checkpoint }: EvidenceContent): Some => [
  ...entries.flatMap(({ event, bytes, proof }, at) => {
    const path = entryFile(at + 1, event)
    return [file(path, JSON_TYPE, bytes), file(proofFile(path), TEXT, proof)]
  }),
  ...optional(CHECKPOINT, TEXT, checkpoint),
]

const certificates = ({ signers, logKey }: EvidenceContent): Some => [
  ...REVOCATION_SUBJECTS.flatMap((name) => {
    const der = signers[name]
    return optional(certificateOf(name), PEM, der && pem('CERTIFICATE', der))
  }),
  file(LOG_VKEY, TEXT, `${logKey}\n`),
  file(LOG_PEM, PEM, pem('PUBLIC KEY', spkiOf(logKey))),
]

const PROOF_TYPES = { ocsp: 'application/ocsp-response', crl: 'application/pkix-crl' } as const

const revocation = ({ revocation: held }: EvidenceContent): Some =>
  REVOCATION_SUBJECTS.flatMap((of) =>
    (held[of]?.proofs ?? []).flatMap(({ kind, bytes, issuer }, at) => [
      file(revocationIssuer(of, at + 1), PEM, pem('CERTIFICATE', issuer)),
      file(revocationProof(of, at + 1, kind), PROOF_TYPES[kind], bytes),
    ]),
  )

const LINE = /.{1,64}/g

function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').match(LINE) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** SPKI of an Ed25519 key is this prefix and the 32 bytes of the key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** Of a vkey: its base64 part may itself hold plus signs. */
const spkiOf = (vkey: string): Buffer =>
  Buffer.concat([SPKI_PREFIX, Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1)])
