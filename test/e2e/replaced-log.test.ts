import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applicationOf, scenarioNamed, scenariosOf, signedBytes } from '../../src/cli/compose.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { cosigner, cosignatureVerifier } from '../../src/exchange-log/cosignature.ts'
import { noteVerifier } from '../../src/exchange-log/note.ts'
import { Heads } from '../../src/witness/heads.ts'
import { serveWitness, type WitnessServer } from '../../src/witness/server.ts'
import { Witness } from '../../src/witness/witness.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { type Answered, call, keysOf } from '../support/caller.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { until } from '../support/estate.ts'
import { freePort } from '../support/free-port.ts'
import { getJson } from '../support/get-json.ts'
import { freshLogKey } from '../unit/exchange-log/keys.ts'

describe('an edno whose database was replaced', function () {
  this.timeout(180_000)
  const own = cosigner('witness.audit.example.bg/w1', freshLogKey())
  let folder = ''
  let edno: TestApp | undefined
  let witness: WitnessServer | undefined
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-replaced-'))
  })
  after(async () => {
    await edno?.close()
    await witness?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const send = (to: TestApp): Promise<Answered> => {
    const keys = keysOf(to, 'troyan')
    const composed = applicationOf(scenarioNamed(scenariosOf(to.config), 'taxi'), [], new Date())
    return call(to, { body: signedBytes(composed, keys.seal, false), tls: keys.tls })
  }
  const checks = async (of: TestApp): Promise<Record<string, string>> => {
    const { body } = await getJson(`${of.app.url}/readyz`, keysOf(of, 'troyan').ca)
    return (body as { checks: Record<string, string> }).checks
  }

  it('finds by its witness that it had shown more, says so, and opens no exchange', async () => {
    const port = await freePort()
    const witnesses = [{ name: 'audit', url: `http://127.0.0.1:${port}`, vkey: own.vkey }]
    const log = { ...loadConfig({ root: findRoot(), environment: {} }).log, witnesses }
    const start = async (): Promise<TestApp> =>
      testApp({ dataDirectory: folder, databaseUrl: await testDatabaseUrl(), settings: { log } })
    edno = await start()
    await until('the witness is missed', async () => (await checks(edno!))['witnesses'] === 'audit: no-answer')
    const key = noteVerifier(edno.app.logKey)
    const heads = new Heads(folder, cosignatureVerifier(own.vkey))
    const logs = [{ origin: key.name, keys: [key] }]
    const one = new Witness({ cosigner: own, logs, heads, clock: () => new Date(), onRefused: () => undefined })
    const onFailure = (error: unknown): void => assert.fail(String(error))
    witness = await serveWitness({ witness: one, host: '127.0.0.1', port, onFailure })
    for (let i = 0; i < 3; i += 1) assert.equal((await send(edno)).status, 200)
    await until('all is cosigned', async () => (one.headOf(key.name)?.size ?? 0) >= 6)
    await until('edno has the cosignature', async () => (await checks(edno!))['witnesses'] === 'ok')
    await edno.close()

    edno = await start()
    await send(edno)
    await until('edno halts', async () => (await checks(edno!))['log'] !== 'ok')
    assert.match(
      (await checks(edno))['log'] ?? '',
      /^the witness audit holds a head of \d+ entries that the key of this log signed, and the log has \d+/,
    )
    const refused = await send(edno)
    assert.deepEqual([refused.status, refused.code], [503, 'broker.log-unavailable'])
    assert.match(edno.logged.join('\n'), /the exchange log raises an alarm/)
  })
})
