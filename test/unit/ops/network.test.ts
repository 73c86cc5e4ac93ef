import assert from 'node:assert/strict'
import { networkOf } from '../../../src/ops/network.ts'

describe('networkOf', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['192.0.2.77', '192.0.2.0/24', '192.0.2.77/32'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0::/48', '2001:db8:0:0::/64'],
    ['::1', '0:0:0::/48', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0::/48', 'fe80:0:0:0::/64'],
    ['local', 'local', 'local'],
  ]
  for (const [address, short, long] of rows)
    it(`cuts ${address}`, () => {
      assert.equal(networkOf(address, { v4: 24, v6: 48 }), short)
      assert.equal(networkOf(address, { v4: 32, v6: 64 }), long)
    })
})
