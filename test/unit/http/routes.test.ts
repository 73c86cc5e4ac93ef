import assert from 'node:assert/strict'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { findRoot } from '../../../src/config/root.ts'
import type { Broker, HttpSettings } from '../../../src/http/broker.ts'
import { routes } from '../../../src/http/routes.ts'
import { listenOnLoopback } from '../../../src/http/server.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'

describe('the address to which registries send answers', function () {
  this.timeout(60_000)

  it('refuses whoever is not that registry without waiting for a byte of the body', async () => {
    const admitted: unknown[] = []
    const told: string[] = []
    const pushed: Broker['pushed'] = {
      admit: (registry, certificate) => {
        admitted.push([registry, certificate])
        throw new BrokerError('access.unknown-party', 'not this one')
      },
      take: () => assert.fail('its body was read'),
    }
    const settings = {
      ...{ bodyLimitBytes: 1000, root: findRoot(), clock: () => new Date() },
      watch: { refused: () => undefined },
      onRefused: (code: string) => void told.push(code),
    }
    const door = () => ({ address: '127.0.0.1', certificate: 'ab' })
    const app = routes({ pushed } as unknown as Broker, settings as unknown as HttpSettings, door)
    const { port, close } = await listenOnLoopback(app, 0)
    try {
      const answered = new Promise<string>((resolve, reject) => {
        const headers = { 'content-type': 'text/xml; charset=utf-8', 'content-length': '900' }
        const path = '/RegiX/callback/civil-registry'
        const asking = request({ port, host: '127.0.0.1', method: 'POST', path, headers }, (response) => {
          let text = ''
          response.on('data', (data) => (text += String(data))).on('end', () => resolve(text))
        })
        asking.on('error', reject).flushHeaders()
      })
      const text = await Promise.race([answered, pause(30_000, 'it waits for the body')])
      assert.match(text, /access\.unknown-party/)
      assert.deepEqual(admitted, [['civil-registry', 'ab']])
      assert.deepEqual(told, ['access.unknown-party'])
    } finally {
      await close()
    }
  })
})
