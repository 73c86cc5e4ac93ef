import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cosignatureVerifier } from '../../exchange-log/cosignature.ts'
import { systemClock } from '../../ops/clock.ts'
import { type CosignedHead, Heads } from '../../witness/heads.ts'
import { VKEY_FILE } from '../../witness/key-folder.ts'
import { type Output, output } from '../output.ts'
import { inPlaces, WITNESS_WORDS } from './words.ts'

export interface WitnessStatusOptions {
  readonly folder: string
  readonly maxAge?: number
  readonly json?: boolean
  readonly lang?: string
}

/** What the folder of a witness says, also while it runs; false where a log forked, or is not seen any more. */
export function witnessStatus({ folder, maxAge, json, lang }: WitnessStatusOptions): boolean {
  const vkey = readFileSync(join(folder, VKEY_FILE), 'utf8').trim()
  const heads = new Heads(folder, cosignatureVerifier(vkey))
  const logs = heads.all()
  const refused = heads.refused()
  const old = new Set(logs.filter((head) => isOlder(head, maxAge)))
  const holds =
    old.size === 0 && (maxAge === undefined || logs.length > 0) && refused.every(({ kind }) => kind !== 'forked')
  const out = output(lang)
  if (json === true) out.json({ holds, witness: vkey, logs: logs.map((head) => viewOf(head, old.has(head))), refused })
  else {
    out.line(vkey)
    for (const head of logs) printHead(head, old.has(head) ? maxAge : undefined, out)
    if (logs.length === 0) out.line(out.text(WITNESS_WORDS.none))
    for (const { kind, file } of refused) out.line(inPlaces(out.text(WITNESS_WORDS.kept[kind]), join(folder, file)))
  }
  return holds
}

const isOlder = ({ at }: CosignedHead, maxAge = Infinity): boolean =>
  systemClock().getTime() - at.getTime() > maxAge * 1000

const viewOf = ({ origin, size, root, at }: CosignedHead, isOld: boolean) => ({
  ...{ origin, size, root: Buffer.from(root).toString('base64'), cosignedAt: at.toISOString() },
  ...(isOld ? { old: true } : {}),
})

function printHead({ origin, size, at }: CosignedHead, olderThan: number | undefined, out: Output): void {
  out.line(inPlaces(out.text(WITNESS_WORDS.head), origin, size, at.toISOString()))
  if (olderThan !== undefined) out.line(inPlaces(out.text(WITNESS_WORDS.old), olderThan))
}
