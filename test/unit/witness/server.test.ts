import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cosignatureVerifier, cosignaturesOf } from '../../../src/exchange-log/cosignature.ts'
import { headName } from '../../../src/witness/heads.ts'
import { serveWitness, type WitnessServer } from '../../../src/witness/server.ts'
import { aWitness, entriesOf, SmallLog, type TestWitness } from './logs.ts'

describe('the addresses of a witness', () => {
  const log = new SmallLog(entriesOf(20))
  const failures: unknown[] = []
  let one: TestWitness
  let server: WitnessServer
  beforeEach(async () => {
    failures.length = 0
    one = aWitness([log.signer])
    const onFailure = (error: unknown): void => void failures.push(error)
    server = await serveWitness({ witness: one.witness, host: '127.0.0.1', port: 0, onFailure })
  })
  afterEach(async () => {
    await server.close()
    rmSync(one.folder, { recursive: true, force: true })
  })

  const post = (body: string): Promise<Response> => fetch(`${server.url}/add-checkpoint`, { method: 'POST', body })
  const headAddress = (): string => `${server.url}/${headName(log.signer.name)}/checkpoint`

  it('answer a head with a signature line, and show it afterwards', async () => {
    assert.equal((await fetch(headAddress())).status, 404)
    const response = await post(log.request(0, 8))
    assert.equal(response.status, 200)
    const line = await response.text()
    const note = `${log.head(8)}${line}`
    assert.equal(cosignaturesOf(note, cosignatureVerifier(one.key.vkey)).length, 1)
    const shown = await fetch(headAddress())
    assert.deepEqual([shown.status, await shown.text()], [200, note])
  })

  it('answer the size it knows to who has another in mind, in its own media type', async () => {
    await post(log.request(0, 8))
    const response = await post(log.request(0, 10))
    assert.equal(response.status, 409)
    assert.equal(response.headers.get('content-type'), 'text/x.tlog.size')
    assert.equal(await response.text(), '8\n')
  })

  it('read no more of a request than any can have, and nothing at other addresses', async () => {
    assert.equal((await post('x'.repeat(70_000))).status, 413)
    assert.equal((await post('old 0\n\n')).status, 400)
    for (const path of ['/', '/add-checkpoint', '/witness.key', `/${'0'.repeat(64)}/checkpoint`])
      assert.equal((await fetch(`${server.url}${path}`)).status, 404, path)
  })

  it('answer 500 and say so over a damaged state file, and sign nothing', async () => {
    await post(log.request(0, 8))
    writeFileSync(join(one.folder, `${headName(log.signer.name)}.checkpoint`), 'x')
    assert.equal((await post(log.request(0, 10))).status, 500)
    assert.equal((await post(log.request(8, 10))).status, 500)
    assert.equal(failures.length, 2)
  })

  it('of many at once, let each size be signed once and none rolled back', async () => {
    const answers = await Promise.all([4, 6, 8, 10, 12].map((size) => post(log.request(0, size))))
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
    assert.deepEqual(statuses, [200, 409, 409, 409, 409])
  })
})
