import { createHash } from 'node:crypto'
import type { AgreementAct, AgreementContent, Side } from '../model/agreement.ts'
import type { NewLogEntry } from '../store/log-entries.ts'
import { type AccessEntry, entryBytes, type GovernanceEntry, type KeyEntry } from './entry.ts'
import { leafHash } from './merkle.ts'

/** An act on an agreement, as it is recorded. */
export interface ActToLog {
  readonly act: AgreementAct
  readonly content: AgreementContent
  readonly side: Side
  /** SHA-256 (hex) of the certificate that signed. */
  readonly certificate: string
  readonly jws: string
  readonly at: Date
}

/** The entry of an act. It holds neither purpose nor reason: they stand in what it names by digest. */
export function accessEntry({ act, content, side, certificate, jws, at }: ActToLog): NewLogEntry {
  const { delegate } = content
  const entry: AccessEntry = {
    v: 1,
    time: at.toISOString(),
    event: 'access',
    agreement: act.agreement,
    act: act.act,
    by: act.by,
    side,
    consumer: content.consumer.party,
    ...(delegate === undefined ? {} : { delegate: delegate.party }),
    provider: content.provider,
    registry: content.registry,
    service: content.service,
    signerCertificate: certificate,
    jws: createHash('sha256').update(jws).digest('hex'),
  }
  return logged(entry)
}

/** More are counted, not named: an entry has a limit. */
const MOST_CHANGES = 200

/** The operator's files, as they were taken into force. */
export type RulesToLog = Pick<GovernanceEntry, 'before' | 'governance' | 'files' | 'changes'>

export function governanceEntry({ before, governance, files, changes }: RulesToLog, at: Date): NewLogEntry {
  const more = changes.length - MOST_CHANGES
  const told = more > 0 ? [...changes.slice(0, MOST_CHANGES), `and ${more} more`] : changes
  return logged({ v: 1, time: at.toISOString(), event: 'governance', before, governance, files, changes: told })
}

export const keyEntry = ({ inUse, changes }: Pick<KeyEntry, 'inUse' | 'changes'>, at: Date): NewLogEntry =>
  logged({ v: 1, time: at.toISOString(), event: 'key', inUse, changes })

function logged(entry: AccessEntry | GovernanceEntry | KeyEntry): NewLogEntry {
  const bytes = entryBytes(entry)
  return { bytes, leafHash: leafHash(bytes), event: entry.event }
}
