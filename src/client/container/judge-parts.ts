import {
  certificateOf,
  RECEIVED,
  registryPart,
  registrySalt,
  supplementCertificate,
  supplementSalt,
} from '../../evidence/layout.ts'
import { type Certificate, readCertificate } from '../../pki/read-certificate.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { signedContent } from '../signed-content.ts'
import { entryOf, opensTo } from './commitments.ts'
import { documentAt, type Files, jsonAt, namesIn, saltAt } from './held.ts'
import { certificateAt, type JudgedDocument } from './judge-documents.ts'
import { judgeRegistrySignature } from './judge-registry-signature.ts'
import type { LoggedEntry } from './judge-log.ts'
import type { ContainerFinding, Pins, Unknown } from './verdict.ts'

/** The registries' answers as they came: are they those that the closing entry commits to, and where are the others? */
export function judgeRegistries(files: Files, entries: readonly LoggedEntry[], pins: Pins): JudgedDocument {
  const closing = entryOf(entries, 'answered')
  const received = files.get(RECEIVED)
  const isNamed = received !== undefined && closing?.['receivedDigest'] === sha256Hex(received)
  const parts = namesIn(files, 'registries', '.json').filter((name) => isCall(name))
  const commitments = isNamed ? (jsonAt(files, RECEIVED) ?? {}) : {}
  const judged = parts.flatMap((call) => [
    judgeRegistry(files, call, closing && commitmentTo(call, commitments, entries)),
    judgeOwnSignature(files, call, { at: timeOf(call, entries), authorities: pins.registryAuthorities }),
  ])
  return {
    findings: [
      ...(received === undefined || closing === undefined
        ? []
        : [{ what: 'registry.commitment' as const, holds: isNamed, about: RECEIVED }]),
      ...judged.flatMap(({ findings }) => findings),
    ],
    unknown: judged.flatMap(({ unknown }) => unknown),
  }
}

/** The answers themselves, and the commitments to them, stand beside the parts. */
const isCall = (name: string): boolean => !name.endsWith('.answer') && registryPart(name) !== RECEIVED

const LEFT_OUT: Readonly<Record<string, Unknown['what']>> = {
  'other-persons-data': 'registry.other-persons-data',
  'more-than-is-read': 'registry.more-than-is-read',
  'not-agreed-whole': 'registry.not-agreed-whole',
  'operation-not-known': 'registry.operation-not-known',
  'kept-by-its-registry': 'registry.kept-by-its-registry',
}

function judgeRegistry(
  files: Files,
  call: string,
  commitment: { readonly received: unknown } | undefined,
): JudgedDocument {
  const answer = answerOf(files, call)
  const salt = saltAt(files, registrySalt(call))
  if (answer === undefined) {
    const left = LEFT_OUT[String(jsonAt(files, registryPart(call))?.['answerLeftOut'])]
    return { findings: [], unknown: left === undefined ? [] : [{ what: left, about: call }] }
  }
  if (commitment === undefined) return { findings: [], unknown: [] }
  const holds = salt !== undefined && opensTo(commitment.received, salt, answer)
  return { findings: [{ what: 'registry.commitment', holds, about: call }], unknown: [] }
}

const answerOf = (files: Files, call: string): Buffer | undefined =>
  [...files].find(([path]) => path.startsWith(`registries/${call}.answer.`))?.[1]

function judgeOwnSignature(
  files: Files,
  call: string,
  { at, authorities }: { readonly at: Date; readonly authorities: string | undefined },
): JudgedDocument {
  const answer = answerOf(files, call)
  return answer === undefined
    ? { findings: [], unknown: [] }
    : judgeRegistrySignature(answer, { call, at, authorities })
}

/** When the answer was there at the latest, by the log; an owner's view has no closing entry, but that of the opening. */
function timeOf(call: string, entries: readonly LoggedEntry[]): Date {
  const late = entries.find(({ says }) => says['event'] === 'late' && says['call'] === call)?.says
  const time = (late ?? entryOf(entries, 'answered') ?? entryOf(entries, 'opened') ?? entries[0]?.says)?.['time']
  return new Date(typeof time === 'string' ? time : Number.NaN)
}

/** Under the closing entry, or in that of what came later. */
function commitmentTo(
  call: string,
  commitments: Readonly<Record<string, unknown>>,
  entries: readonly LoggedEntry[],
): { readonly received: unknown } {
  const late = entries.find(({ says }) => says['event'] === 'late' && says['call'] === call)?.says
  return { received: commitments[call] ?? late?.['received'] }
}

/** What came after the answer: signed by edno, and committed to. */
export function judgeSupplements(
  files: Files,
  entries: readonly LoggedEntry[],
  pins: Pins,
): readonly ContainerFinding[] {
  const names = [...files.keys()].flatMap(
    (path) => /^supplements\/(.+?)\.(?:xml|jose|jose\.json)$/.exec(path)?.[1] ?? [],
  )
  return names.flatMap((call): readonly ContainerFinding[] => {
    const bytes = documentAt(files, `supplements/${call}`) ?? Buffer.alloc(0)
    const late = entries.find(({ says }) => says['event'] === 'late' && says['call'] === call)?.says
    const salt = saltAt(files, supplementSalt(call))
    const signed = sealsOf(call, files, pins).some((seal) => signedContent(bytes, seal, 'supplement') !== undefined)
    return [
      { what: 'supplement.signature', holds: signed, about: call },
      ...(late === undefined || salt === undefined
        ? []
        : [
            {
              what: 'supplement.commitment' as const,
              holds: opensTo(late['supplementCommit'], salt, bytes),
              about: call,
            },
          ]),
    ]
  })
}

/** Those that the reader knows; else edno's of then, which may be another than when it answered. */
function sealsOf(call: string, files: Files, pins: Pins): readonly Certificate[] {
  if (pins.seals.length > 0) return pins.seals.map(readCertificate)
  return [certificateOf('answer'), supplementCertificate(call)].flatMap((path) => certificateAt(files, path) ?? [])
}
