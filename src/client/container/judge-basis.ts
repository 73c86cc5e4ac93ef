import { DECISION } from '../../evidence/layout.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { verifyRecordedAct } from '../../signature/verify-act.ts'
import { entryOf } from './commitments.ts'
import { type Files, jsonAt, namesIn, textAt } from './held.ts'
import type { LoggedEntry } from './judge-log.ts'
import type { ContainerFinding } from './verdict.ts'

/** On which basis: the decision that the opening entry names, and the agreements with the acts on them. */
export function judgeBasis(files: Files, entries: readonly LoggedEntry[]): readonly ContainerFinding[] {
  const decision = files.get(DECISION)
  const opened = entryOf(entries, 'opened')
  const digests = namesIn(files, 'agreements', '.json')
  return [
    ...(decision === undefined || opened === undefined
      ? []
      : [{ what: 'decision.digest' as const, holds: opened['decision'] === sha256Hex(decision) }]),
    ...digests.flatMap((digest) => judgeAgreement(files, digest)),
  ]
}

function judgeAgreement(files: Files, digest: string): readonly ContainerFinding[] {
  const path = `agreements/${digest}.json`
  const content = files.get(path) ?? Buffer.alloc(0)
  const acts = namesIn(files, 'agreements', '.jose').filter((name) => name.startsWith(`${digest}.`))
  const holds = acts.every((name) => isActOn(textAt(files, `agreements/${name}.jose`) ?? '', digest))
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
