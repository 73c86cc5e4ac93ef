import { certificateOf, registryPart, registrySalt, supplementSalt } from '../../evidence/layout.ts'
import { readCertificate } from '../../pki/read-certificate.ts'
import { signedContent } from '../signed-content.ts'
import { entryOf, opensTo } from './commitments.ts'
import { documentAt, type Files, jsonAt, namesIn, saltAt } from './held.ts'
import { certificateAt, type JudgedDocument } from './judge-documents.ts'
import type { LoggedEntry } from './judge-log.ts'
import type { ContainerFinding, Pins, Unknown } from './verdict.ts'

/** The registries' answers as they came: are they those that the closing entry commits to, and where are the others? */
export function judgeRegistries(files: Files, entries: readonly LoggedEntry[]): JudgedDocument {
  const closing = entryOf(entries, 'answered')
  const parts = namesIn(files, 'registries', '.json').filter((name) => !/\.answer$/.test(name))
  const judged = parts.map((call) => judgeRegistry(files, call, closing))
  return {
    findings: judged.flatMap(({ findings }) => findings),
    unknown: judged.flatMap(({ unknown }) => unknown),
  }
}

const LEFT_OUT: Readonly<Record<string, Unknown['what']>> = {
  'other-persons-data': 'registry.other-persons-data',
  'not-agreed-whole': 'registry.not-agreed-whole',
  'kept-by-its-registry': 'registry.kept-by-its-registry',
}

function judgeRegistry(
  files: Files,
  call: string,
  closing: Readonly<Record<string, unknown>> | undefined,
): JudgedDocument {
  const answer = [...files].find(([path]) => path.startsWith(`registries/${call}.answer.`))?.[1]
  const salt = saltAt(files, registrySalt(call))
  if (answer === undefined) {
    const left = LEFT_OUT[String(jsonAt(files, registryPart(call))?.['answerLeftOut'])]
    return { findings: [], unknown: left === undefined ? [] : [{ what: left, about: call }] }
  }
  if (closing === undefined) return { findings: [], unknown: [] }
  const holds = salt !== undefined && opensTo(commitmentOf(closing, call), salt, answer)
  return { findings: [{ what: 'registry.commitment', holds, about: call }], unknown: [] }
}

function commitmentOf(closing: Readonly<Record<string, unknown>>, call: string): unknown {
  const calls = closing['calls'] as readonly { readonly call?: unknown; readonly received?: unknown }[] | undefined
  return calls?.find((each) => each.call === call)?.received
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
  const own = certificateAt(files, certificateOf('answer'))
  const seals = pins.seals.length === 0 ? (own === undefined ? [] : [own]) : pins.seals.map(readCertificate)
  return names.flatMap((call): readonly ContainerFinding[] => {
    const bytes = documentAt(files, `supplements/${call}`) ?? Buffer.alloc(0)
    const late = entries.find(({ says }) => says['event'] === 'late' && says['call'] === call)?.says
    const salt = saltAt(files, supplementSalt(call))
    const signed = seals.some((seal) => signedContent(bytes, seal, 'supplement') !== undefined)
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
