import pg from 'pg'

export const CONSUMERS = 265
export const OFFICIALS_OF_EACH = 8
export const PERIOD = { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }
/** When a registry was away, and most of its failures happened. */
export const OUTAGE = { from: '2025-02-10T00:00:00Z', to: '2025-02-12T00:00:00Z' }

/** For each person whom exchanges are about. */
export const EXCHANGES_OF_EACH = 3

/** Exchanges that are made in one statement. */
const PORTION = 100_000

/**
 * Ways in which exchanges end: service, legal basis, share in a thousand, and their calls with how each ended. Few fail, and
 * most of those when a registry is away.
 */
const WAYS: readonly (readonly [service: string, basis: string, share: number, status: string, calls: string])[] = [
  [
    'taxi-permit@1',
    'zavp-24a',
    560,
    'complete',
    'civil-registry:found transport-licensing:found commercial-register:found vehicle-register:found guarantee-fund:found',
  ],
  [
    'taxi-permit@1',
    'zavp-24a',
    90,
    'complete',
    'civil-registry:not-found transport-licensing:not-found commercial-register:found vehicle-register:found guarantee-fund:found',
  ],
  [
    'taxi-permit@1',
    'zavp-24a',
    30,
    'partial',
    'civil-registry:found transport-licensing:found commercial-register:skipped vehicle-register:found guarantee-fund:late',
  ],
  [
    'taxi-permit@1',
    'zavp-24a',
    8,
    'refused',
    'civil-registry:found transport-licensing:failed commercial-register:found vehicle-register:found guarantee-fund:skipped',
  ],
  [
    'vehicle-tax@1',
    'zmdt-52',
    250,
    'complete',
    'maritime-registry:skipped vehicle-register:found civil-registry:found',
  ],
  ['vehicle-tax@1', 'zmdt-52', 40, 'complete', 'maritime-registry:found vehicle-register:skipped civil-registry:found'],
  ['vehicle-tax@1', 'zmdt-52', 9, 'refused', 'maritime-registry:skipped vehicle-register:failed civil-registry:found'],
  [
    'water-taxi-permit@1',
    'water-demo',
    12,
    'complete',
    'civil-registry:found maritime-registry:found transport-licensing:found',
  ],
  [
    'water-taxi-permit@1',
    'water-demo',
    1,
    'cancelled',
    'civil-registry:found maritime-registry:refused transport-licensing:skipped',
  ],
]

/** Which way a number of a thousand is, in SQL. */
const wayOf = (number: string): string => {
  let upTo = 0
  const cases = WAYS.map(([, , share], way) => `when ${number} < ${(upTo += share)} then ${way}`)
  return `case ${cases.join(' ')} else 0 end`
}

/**
 * A store with many exchanges of one year, made by SQL: large and small municipalities, their officials, cases of about three
 * exchanges. The rows are as edno writes them, without payloads.
 */
export async function generate(databaseUrl: string, exchanges: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`set synchronous_commit = off`)
    // Rows refer to what is made with them: they need not be looked up again.
    await client.query(`set session_replication_role = replica`)
    await client.query(`select setseed(0.5)`)
    await makeWays(client)
    const indices = await takeIndices(client)
    for (let done = 0; done < exchanges; done += PORTION)
      await portion(client, Math.min(PORTION, exchanges - done), exchanges / EXCHANGES_OF_EACH)
    for (const definition of indices) await client.query(definition)
    await client.query('vacuum analyze')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

/** They are made again over what is there, in a fraction of the time. @returns how. */
async function takeIndices(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid in ('exchange'::regclass, 'person_mark'::regclass)
      and not exists (select from pg_constraint where conindid = indexrelid)`)
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}

async function makeWays(client: pg.Client): Promise<void> {
  await client.query(`
    create temporary table way (id integer, service text, basis text, status text, registry text, outcome text)`)
  for (const [id, [service, basis, , status, calls]] of WAYS.entries())
    for (const call of calls.split(' '))
      await client.query('insert into way values ($1, $2, $3, $4, $5, $6)', [
        id,
        service,
        basis,
        status,
        ...call.split(':'),
      ])
  await client.query(`
    create temporary table kind as
      select id, service, basis, status, exchange_kind_of(service, basis, status,
        array_agg(registry || ':' || outcome order by (registry || ':' || outcome) collate "C")) as kind
      from way group by id, service, basis, status`)
}

async function portion(client: pg.Client, count: number, persons: number): Promise<void> {
  await client.query('begin')
  await client.query(
    `create temporary table made on commit drop as
      select nextval(pg_get_serial_sequence('exchange', 'id')) as id, number,
        floor(${CONSUMERS} * random() ^ 2)::integer as consumer, ${wayOf('share')} as way,
        floor(${OFFICIALS_OF_EACH} * random())::integer as official,
        date_trunc('milliseconds', $2::timestamptz + random() * ($3::timestamptz - $2::timestamptz)) as anywhen,
        date_trunc('milliseconds', $4::timestamptz + random() * ($5::timestamptz - $4::timestamptz)) as in_outage
      from (select number, random() * 1000 as share from generate_series(1, $1::integer) as number offset 0) as drawn`,
    [count, PERIOD.from, PERIOD.to, OUTAGE.from, OUTAGE.to],
  )
  await client.query(`
    insert into exchange (id, consumer, exchange_id, service, case_reference, request_digest, signature_digest, state, status,
      media_type, received_at, deadline, closed_at, retention_class, expires_at, key_id, legal_basis, official, kind)
    overriding system value
    select made.id, 'town-' || consumer, gen_random_uuid(), service, 'ТР-' || consumer || '-' || made.id / 3,
      sha256(int8send(made.id)), sha256(int8send(-made.id)), 'closed', status, 'application/xml', at, at + interval '10 s',
      at + interval '1 s', 'standard', at + interval '3 days', 'bench', basis,
      substr(md5(consumer || '/' || official), 1, 32), kind
    from made join kind on kind.id = way, lateral (select case when status = 'refused' then in_outage else anywhen end as at) as moment`)
  await client.query(
    `
    insert into call (exchange, name, operation, need, state, outcome, started_at, ended_at, elapsed_ms)
    select made.id, registry, registry || '/question@1', 'optional', 'ended', outcome,
      case when outcome <> 'skipped' then received_at end, received_at, floor(random() * 400)::integer
    from made join way on way.id = way join exchange on exchange.id = made.id`.replace(
      'way.id = way',
      'way.id = made.way',
    ),
  )
  await client.query(`
    insert into person_mark (exchange, part, call, kind, mark)
    select made.id, part, call, 'egn', ${markOf('person')}
    from (select id, floor(${persons} * random())::integer as person from made offset 0) as made,
      (values ('applicant', ''), ('subject', 'civil-registry')) as stands (part, call)`)
  await client.query('commit')
}

const markOf = (person: string): string => `md5('person ' || ${person})`

/** The first of the persons are known by these marks, as edno makes them of a number. */
export async function nameFirst(databaseUrl: string, marks: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      `update person_mark set mark = named.mark
       from unnest($1::text[]) with ordinality as named (mark, person) where person_mark.mark = ${markOf('person')}`,
      [marks],
    )
    await client.query('vacuum analyze person_mark')
  } finally {
    await client.end()
  }
}
