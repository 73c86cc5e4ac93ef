import { governanceEntry, type RulesToLog } from '../exchange-log/rule-entries.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import { appendLogEntry, lastLogEntryOf } from '../store/log-entries.ts'
import type { Store } from '../store/store.ts'
import { type FileRules, servicesOf } from './reload.ts'

/** SHA-256 of what the operator's files say: the governance of the files, the services, the certificates of each party. */
export function filesDigest({ rules, certificates }: Pick<FileRules, 'rules' | 'certificates'>): string {
  const { parties, digest } = rules.governance
  const registered = [...parties.keys()].map((party) => [
    party,
    certificates.directories.certificatesOf(party).toSorted(),
  ])
  return sha256Hex(canonicalJson({ governance: digest, services: servicesOf(rules), registered }))
}

/**
 * While edno runs every change of the files has its entry. What was changed while it did not run has one at the next
 * start: what stood there before is not kept, so that it names the digests only. The first start says what it starts from.
 *
 * @returns whether there was anything to say.
 */
export async function logFilesAtStart(
  { db }: Pick<Store, 'db'>,
  files: Pick<FileRules, 'rules' | 'certificates'>,
  governance: string,
  at: Date,
): Promise<'first' | 'changed' | 'unchanged'> {
  const now = filesDigest(files)
  const last = await lastLogEntryOf(db, 'governance')
  const known = last && (JSON.parse(last.bytes.toString('utf8')) as RulesToLog)
  if (known?.files === now) return 'unchanged'
  // Entries of an edno that did not name the files tell nothing to compare with.
  const before = known?.files
  const changes =
    before === undefined
      ? ['the files are recorded from here on']
      : [`changed while edno did not run: ${before} to ${now}`]
  await appendLogEntry(
    db,
    governanceEntry({ before: known?.governance ?? governance, governance, files: now, changes }, at),
  )
  return before === undefined ? 'first' : 'changed'
}
