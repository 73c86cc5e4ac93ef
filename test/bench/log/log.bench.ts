import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from '../../../src/store/embedded/launch.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { freshLogKey } from '../../unit/exchange-log/keys.ts'
import { addedToExchanges, type Added } from './added.ts'
import { integrated, type Integrated } from './integrated.ts'
import { type Proven, proven } from './proven.ts'
import { verified, type Verified } from './verified.ts'

export interface LogBench {
  readonly integrated: Integrated
  readonly verified: Verified
  readonly proven: Proven
  readonly added: Added
}

/** The exchange log alone, on an embedded PostgreSQL of its own. */
export async function logBench(): Promise<LogBench> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-bench-log-'))
  // The database's own user reaches its part of it.
  chmodSync(folder, 0o755)
  const server = await launch({ dataDirectory: folder, onNotice: () => undefined })
  const store: Store = await openStore({
    databaseUrl: server.databaseUrl,
    dataDirectory: folder,
    payloadKeyFile: join(folder, 'payload.key'),
  })
  const signingKeyPem = freshLogKey()
  try {
    const added = await addedToExchanges(store, signingKeyPem)
    const all = await integrated(store, signingKeyPem)
    const whole = await verified(store, all.vkey, folder)
    return { added, integrated: all, verified: whole, proven: await proven(store) }
  } finally {
    await store.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
