import pg from 'pg'

/** Exchanges that are written in one transaction. */
const PORTION = 10_000

/**
 * Fills a store with copies of exchanges that were really run on it: rows and sizes are theirs (payloads are their
 * ciphertexts, which nobody will read), ids and log entries are new. The integrator gives the entries their places.
 */
export async function fill(databaseUrl: string, exchanges: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set synchronous_commit = off')
    const { rows } = await client.query<{ id: string }>(`select id from exchange where state = 'closed' order by id`)
    const patterns = rows.map(({ id }) => id)
    for (let done = 0; done < exchanges; done += PORTION)
      await copy(client, patterns, Math.min(PORTION, exchanges - done))
    await integrated(client)
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

/** Which new row copies which; kept for one portion. */
const COPIES = `
  create temporary table copy on commit drop as
    select nextval(pg_get_serial_sequence('exchange', 'id')) as id,
      ($1::bigint[])[1 + number % cardinality($1::bigint[])] as pattern
    from generate_series(0, $2::integer - 1) as number`

const TABLES: Readonly<Record<string, string>> = {
  payload: 'exchange, kind, retention_class, key_id, iv, ciphertext',
  call: 'exchange, name, operation, need, state, outcome, problem, started_at, ended_at, elapsed_ms, counted_on',
  attempt: 'exchange, call, number, started_at, ended_at, fault',
  decision: 'exchange, at, record',
}

async function copy(client: pg.Client, patterns: readonly string[], count: number): Promise<void> {
  await client.query('begin')
  await client.query(COPIES, [patterns, count])
  await client.query(`
    insert into exchange (id, consumer, exchange_id, service, case_reference, request_digest, signature_digest, state,
      status, media_type, received_at, deadline, closed_at, retention_class, expires_at, owner, key_id, data_key,
      legal_basis, official, kind)
    overriding system value
    select copy.id, consumer, gen_random_uuid(), service, case_reference, sha256(int8send(copy.id)),
      sha256(int8send(-copy.id)), state, status, media_type, received_at, deadline, closed_at, retention_class, expires_at,
      owner, key_id, data_key, legal_basis, official, kind
    from copy join exchange on exchange.id = pattern`)
  for (const [table, columns] of Object.entries(TABLES))
    await client.query(`
      insert into ${table} (${columns})
      select copy.${columns.replace('exchange', 'id')}
      from copy join ${table} on ${table}.exchange = pattern`)
  // As an entry of its own: nothing of it but its length and its hash is looked at.
  await client.query(`
    insert into log_entry (bytes, leaf_hash, event, exchange)
    select made.bytes, sha256('\\x00'::bytea || made.bytes), event, id
    from (
      select copy.id, log_entry.id as entry, event, overlay(bytes placing sha256(int8send(copy.id)) from 40) as bytes
      from copy join log_entry on log_entry.exchange = pattern
    ) as made order by id, entry`)
  await client.query('commit')
}

const LOOK_EVERY_MS = 250

/** An edno that runs on this database integrates them. */
async function integrated(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query(`select from log_entry where index is null limit 1`)
    if (rows.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
