import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listenOnLoopback, listenOnSocket } from '../../../src/http/server.ts'

describe('the doors of a proxy', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-door-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('listens on loopback and nowhere else', async () => {
    const listener = await listenOnLoopback((request, response) => response.end(request.socket.localAddress), 0)
    const address = await new Promise((resolve) => {
      get({ port: listener.port, host: '127.0.0.1' }, (response) =>
        response.on('data', (data) => resolve(String(data))),
      )
    })
    assert.equal(address, '127.0.0.1')
    await listener.close()
  })

  it('opens a socket for its owner and group, and takes it away at the end', async () => {
    const path = join(folder, 'edno.sock')
    const listener = await listenOnSocket((_, response) => response.end(), path)
    assert.equal(statSync(path).mode & 0o777, 0o660)
    await assert.rejects(
      listenOnSocket(() => undefined, path),
      { code: 'EADDRINUSE' },
    )
    await listener.close()
    assert.equal(existsSync(path), false)
  })

  it('takes over the socket that a killed process left behind', async () => {
    const path = join(folder, 'dead.sock')
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    spawnSync(process.execPath, ['--eval', script], { env: {} })
    assert.ok(existsSync(path))
    const listener = await listenOnSocket((_, response) => response.end(), path)
    await listener.close()
  })
})
