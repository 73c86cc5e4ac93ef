import { type Checkpoint, checkpointText, openCheckpoint } from '../../exchange-log/checkpoint.ts'
import { attempt } from '../../exchange-log/log-fault.ts'
import { leafHash } from '../../exchange-log/merkle.ts'
import { verifyInclusion } from '../../exchange-log/merkle-verify.ts'
import { noteVerifier } from '../../exchange-log/note.ts'
import { readTlogProof } from '../../exchange-log/tlog-proof.ts'
import { CHECKPOINT, HEAD_STAMP, proofFile } from '../../evidence/layout.ts'
import { canonicalJson } from '../../schema/canonical-json.ts'
import { judgeStamp, type Stamper } from '../judge-stamp.ts'
import { type Files, namesIn, readObject, textAt } from './held.ts'
import type { ContainerFinding, Pins, Unknown } from './verdict.ts'

/** An entry that stands in the log, read. */
export interface LoggedEntry {
  readonly path: string
  readonly says: Readonly<Record<string, unknown>>
}

export interface JudgedLog {
  readonly findings: readonly ContainerFinding[]
  readonly unknown: readonly Unknown[]
  /** Only those whose proofs hold. */
  readonly entries: readonly LoggedEntry[]
  /** Who stamped the checkpoint. */
  readonly stamper?: Stamper
}

/** The checkpoint by the log's key, and every entry by its proof; all of them are about this exchange. */
export function judgeLog(files: Files, logKey: string, exchangeId: string | undefined, pins: Pins): JudgedLog {
  const note = textAt(files, CHECKPOINT)
  if (note === undefined) return { findings: [], unknown: [], entries: [] }
  const head = attempt(() => openCheckpoint(note, noteVerifier(logKey)))
  if (head === undefined)
    return { findings: [{ what: 'checkpoint.signature', holds: false }], unknown: [], entries: [] }
  const stamp = judgeHeadStamp(files, head, pins)
  const judged = entryFiles(files).map((path) => judgeEntry(files, path, { head, note, exchangeId }))
  return {
    findings: [
      { what: 'checkpoint.signature', holds: true },
      ...stamp.findings,
      ...judged.flatMap(({ findings }) => findings),
    ],
    unknown: stamp.unknown,
    entries: judged.flatMap(({ entry }) => (entry === undefined ? [] : [entry])),
    ...(stamp.stamper === undefined ? {} : { stamper: stamp.stamper }),
  }
}

/** Whoever stamped it saw this head then, and with it every entry under it. */
function judgeHeadStamp(files: Files, head: Checkpoint, pins: Pins): Omit<JudgedLog, 'entries'> {
  const token = files.get(HEAD_STAMP)
  if (token === undefined) return { findings: [], unknown: [] }
  const { findings, stamper } = judgeStamp(
    { token, over: Buffer.from(checkpointText(head)) },
    pins.timeStampAuthorities,
  )
  return {
    findings: findings.map(({ what, holds }) => ({
      what: what === 'answer.time-stamp' ? 'checkpoint.time-stamp' : 'checkpoint.time-stamp-authority',
      holds,
    })),
    unknown: pins.timeStampAuthorities === undefined ? [{ what: 'time-stamp.authority' }] : [],
    ...(stamper === undefined ? {} : { stamper }),
  }
}

/** In the order in which they were written. */
const entryFiles = (files: Files): readonly string[] =>
  namesIn(files, 'log', '.json')
    .toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10))
    .map((name) => `log/${name}.json`)

interface Under {
  readonly head: Checkpoint
  readonly note: string
  readonly exchangeId: string | undefined
}

function judgeEntry(
  files: Files,
  path: string,
  under: Under,
): { readonly findings: readonly ContainerFinding[]; readonly entry?: LoggedEntry } {
  const bytes = files.get(path) ?? Buffer.alloc(0)
  const says = readObject(bytes)
  if (says === undefined || canonicalJson(says) !== bytes.toString('utf8') || !isIncluded(files, path, bytes, under))
    return { findings: [{ what: 'entry.inclusion', holds: false, about: path }] }
  const same = says['exchangeId'] === under.exchangeId
  const findings: ContainerFinding[] = [
    { what: 'entry.inclusion', holds: true, about: path },
    ...(same ? [] : [{ what: 'entry.same-exchange' as const, holds: false, about: path }]),
  ]
  return same ? { findings, entry: { path, says } } : { findings }
}

function isIncluded(files: Files, path: string, bytes: Buffer, { head, note }: Under): boolean {
  const proof = attempt(() => readTlogProof(textAt(files, proofFile(path)) ?? ''))
  if (proof === undefined || proof.checkpoint !== note) return false
  return verifyInclusion({
    ...{ index: proof.index, size: head.size, root: head.root },
    ...{ leaf: leafHash(bytes), proof: proof.path },
  })
}
