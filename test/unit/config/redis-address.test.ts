import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { redisMistakes } from '../../../src/config/redis-address.ts'

describe('the address of Redis', () => {
  for (const address of ['redis://127.0.0.1:6379', 'redis://localhost/3', 'redis://[::1]', '/run/redis.sock'])
    it(`stays on this machine: ${address}`, () => {
      assert.deepEqual(redisMistakes(address, 'production'), [])
    })

  it('goes to another machine with TLS', () => {
    assert.deepEqual(redisMistakes('rediss://:p@redis.test:6380/1', 'production'), [])
  })

  for (const address of [
    'redis://redis.test',
    'redis://:p@10.0.0.1:6379',
    'redis://127.0.0.1.test',
    'rediss://redis.test?tls=',
    'redis://localhost?host=redis.test',
    '/run/redis.sock?path=',
  ])
    it(`is refused in production: ${address}`, () => {
      const [mistake, ...more] = redisMistakes(address, 'production')
      assert.deepEqual([...more, ...redisMistakes(address, 'development')], [])
      assert.match(mistake ?? '', /^the address of Redis must/)
      assert.doesNotMatch(mistake ?? '', /:p@|test/)
    })

  for (const address of ['redis', '//redis.test', 'http://redis.test', 'rediss://redis.test:port', '6379'])
    it(`is no address: ${address}`, () => {
      assert.equal(redisMistakes(address, 'development').length, 1)
    })
})
