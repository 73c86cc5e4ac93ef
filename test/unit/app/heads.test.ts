import assert from 'node:assert/strict'
import { witnessesOf } from '../../../src/app/heads.ts'
import { cosigner } from '../../../src/exchange-log/cosignature.ts'
import { freshLogKey, freshSigner } from '../exchange-log/keys.ts'

const vkeyOf = (name: string): string => cosigner(name, freshLogKey()).vkey
const judge = (...witnesses: { name: string; vkey: string }[]) => {
  const log = {
    origin: 'x',
    receiptWaitMs: 0,
    promiseSeconds: 60,
    witnesses: witnesses.map((each) => ({ url: 'https://w.test', ...each })),
  }
  return witnessesOf({ log })
}

describe('the witnesses of the configuration', () => {
  it('are known by their names and keys', () => {
    const vkey = vkeyOf('w.test/1')
    assert.deepEqual(
      judge({ name: 'audit', vkey }).map(({ name, key }) => [name, key.vkey]),
      [['audit', vkey]],
    )
  })

  it("are refused where a key is the log's own kind or damaged, or one is there twice", () => {
    const one = { name: 'audit', vkey: vkeyOf('w.test/1') }
    const refused: readonly (readonly [{ name: string; vkey: string }[], RegExp])[] = [
      [[{ name: 'audit', vkey: freshSigner().vkey }], /^\/log\/witnesses\/0\/vkey is not the vkey of a witness/],
      [[one, { name: 'b', vkey: one.vkey.replace(/.$/, '_') }], /^\/log\/witnesses\/1\/vkey/],
      [[one, { ...one, name: 'b' }], /names a witness twice/],
      [[one, { ...one, vkey: vkeyOf('w.test/2') }], /names a witness twice/],
    ]
    for (const [witnesses, says] of refused)
      assert.throws(
        () => judge(...witnesses),
        ({ mistakes }: { mistakes: string[] }) => says.test(mistakes.join()),
      )
  })
})
