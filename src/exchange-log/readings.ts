import type { PartyId } from '../model/ids.ts'
import type { JsonObject } from '../model/json.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import { appendReading } from '../store/audit-reads.ts'
import type { Executor } from '../store/tables/tables.ts'
import { commit, freshSalt } from './commitment.ts'
import { entryBytes } from './entry.ts'
import { leafHash } from './merkle.ts'

/** Somebody wants to know something about the exchanges of others. */
export interface Reading {
  readonly by: PartyId
  readonly role: string
  /** SHA-256 (hex) of the client certificate. */
  readonly certificate: string
  /** Kind of the question. */
  readonly what: string
  /** All of it; nothing in it names a person. */
  readonly question: JsonObject
}

/** The question and its entry in one statement. The entry tells who asked for what kind of thing, and commits to the rest. */
export async function recordReading(db: Executor, reading: Reading, at: Date): Promise<void> {
  const { by, role, certificate, what } = reading
  const question = canonicalJson(reading.question)
  const salt = freshSalt()
  const questionCommit = commit(salt, Buffer.from(question)).toString('base64url')
  const time = at.toISOString()
  const bytes = entryBytes({ v: 1, time, event: 'read', by, role, certificate, what, questionCommit })
  const entry = { bytes, leafHash: leafHash(bytes), event: 'read' }
  await appendReading(db, { at, party: by, what, question, salt }, entry)
}
