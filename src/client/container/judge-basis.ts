import { DECISION, grantFile } from '../../evidence/layout.ts'
import type { DecisionRecord } from '../../model/decision.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { verifyRecordedAct } from '../../signature/verify-act.ts'
import { entryOf } from './commitments.ts'
import { type Files, jsonAt, namesIn, textAt } from './held.ts'
import type { LoggedEntry } from './judge-log.ts'
import type { ContainerFinding, Unknown } from './verdict.ts'

/** On which basis: the decision that the opening entry names, the agreements with the acts on them, and the grant of the files. */
export function judgeBasis(
  files: Files,
  entries: readonly LoggedEntry[],
): { readonly findings: readonly ContainerFinding[]; readonly unknown: readonly Unknown[] } {
  const decision = files.get(DECISION)
  const opened = entryOf(entries, 'opened')
  const held = namesIn(files, 'agreements', '.json')
  return {
    findings: [
      ...(decision === undefined || opened === undefined
        ? []
        : [{ what: 'decision.digest' as const, holds: opened['decision'] === sha256Hex(decision) }]),
      ...held.flatMap((digest) => judgeAgreement(files, digest)),
      ...namesIn(files, 'grants', '.json').map((digest) => judgeGrant(files, digest)),
    ],
    unknown: notHeld(files, held),
  }
}

type Granted = Extract<DecisionRecord['result'], { granted: true }>

function grantedIn(files: Files): Granted | undefined {
  const { result } = (jsonAt(files, DECISION) ?? {}) as Partial<Pick<DecisionRecord, 'result'>>
  return result?.granted === true ? result : undefined
}

/** What the decision rests on and this file does not show: agreements that its reader may not see, and grants of the configuration. */
function notHeld(files: Files, held: readonly string[]): readonly Unknown[] {
  const result = grantedIn(files)
  if (result === undefined) return []
  const absent = (result.agreements ?? []).filter(({ digest }) => !held.includes(digest))
  return [
    ...notKnownOfGrant(files, result),
    ...absent.map(({ registry, digest }): Unknown => ({ what: 'agreement.absent', about: `${registry}, ${digest}` })),
  ]
}

/** Decisions of before do not name what they read in a file. */
function notKnownOfGrant(files: Files, { grant, agreements, file }: Granted): readonly Unknown[] {
  if (file === undefined) return agreements === undefined ? [{ what: 'grant.configuration', about: grant }] : []
  if (files.has(grantFile(file.digest))) return [{ what: 'grant.unsigned', about: file.grant }]
  return [{ what: 'grant.absent', about: `${file.grant}, ${file.digest}` }]
}

/** The entry commits to the decision, and the decision to this grant; whoever has no decision sees that it is the one it is called. */
function judgeGrant(files: Files, digest: string): ContainerFinding {
  const path = grantFile(digest)
  const result = grantedIn(files)
  const isNamed = !files.has(DECISION) || result?.file?.digest === digest
  return {
    what: 'grant.digest',
    holds: isNamed && sha256Hex(files.get(path) ?? Buffer.alloc(0)) === digest,
    about: path,
  }
}

function judgeAgreement(files: Files, digest: string): readonly ContainerFinding[] {
  const path = `agreements/${digest}.json`
  const content = files.get(path) ?? Buffer.alloc(0)
  const acts = namesIn(files, 'agreements', '.jose').filter((name) => name.startsWith(`${digest}.`))
  const holds = acts.length > 0 && acts.every((name) => isActOn(textAt(files, `agreements/${name}.jose`) ?? '', digest))
  return [
    {
      what: 'agreement.digest',
      holds: sha256Hex(content) === digest && jsonAt(files, path) !== undefined,
      about: path,
    },
    { what: 'agreement.acts', holds, about: path },
  ]
}

/** By the certificate that it carries, at the time that it names itself; whose that was is for the log to say. */
function isActOn(jws: string, digest: string): boolean {
  const said = claimOf(jws)
  const at = new Date(said?.at ?? '')
  if (said?.agreement !== digest || Number.isNaN(at.getTime())) return false
  return verifyRecordedAct(jws, at) !== undefined
}

function claimOf(jws: string): { readonly agreement?: string; readonly at?: string } | undefined {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as ReturnType<typeof claimOf>
  } catch {
    return undefined
  }
}
