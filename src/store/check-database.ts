import pg from 'pg'
import { LauncherError } from './launcher-error.ts'

interface Settings {
  readonly version: number
  readonly encoding: string
  readonly fsync: string
  readonly synchronous_commit: string
}

const OLDEST = 14
const CONNECT_TIMEOUT_MS = 5000

/** Refuses a server that is too old, cannot write Bulgarian, or may lose what it has acknowledged. */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  const settings = await readSettings(databaseUrl)
  const mistakes = [
    Math.floor(settings.version / 10_000) < OLDEST && `PostgreSQL ${OLDEST} or newer is needed`,
    settings.encoding !== 'UTF8' && `its encoding is ${settings.encoding}, UTF8 is needed`,
    settings.fsync !== 'on' && 'fsync is off: a power loss would lose acknowledged entries',
    settings.synchronous_commit === 'off' && 'synchronous_commit is off: a crash would lose acknowledged entries',
  ].filter((mistake) => mistake !== false)
  if (mistakes.length > 0) throw new LauncherError(`The database cannot be used: ${mistakes.join('; ')}.`)
}

async function readSettings(databaseUrl: string): Promise<Settings> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<Settings>(`
      select current_setting('server_version_num')::integer as version, current_setting('server_encoding') as encoding,
        current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`)
    const [settings] = rows
    if (settings === undefined) throw new LauncherError('The database does not tell its settings.')
    return settings
  } catch (cause) {
    if (cause instanceof LauncherError) throw cause
    // The address may hold a password, so it is not repeated.
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LauncherError(`The database (DATABASE_URL, or the embedded one) does not answer: ${reason}`, { cause })
  } finally {
    await client.end().catch(() => undefined)
  }
}
