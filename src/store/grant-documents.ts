import { sql } from 'kysely'
import type { GrantDocument } from '../model/decision.ts'
import { statement } from './statement.ts'
import type { Executor } from './tables/tables.ts'

/** Kept before the first decision rests on them, each once. */
export async function keepGrantDocuments(db: Executor, documents: readonly GrantDocument[]): Promise<void> {
  if (documents.length === 0) return
  await sql`
    insert into grant_document (digest, content)
    select * from unnest(${documents.map(({ digest }) => digest)}::text[], ${documents.map(({ content }) => content)}::text[])
    on conflict do nothing`.execute(db)
}

/** Canonical JSON of the grant of this digest; undefined where it was never kept. */
export async function findGrantDocument(db: Executor, digest: string): Promise<string | undefined> {
  const { rows } = await statement<{ content: string }>`
    select content from grant_document where digest = ${digest}`.execute(db)
  return rows[0]?.content
}
