import assert from 'node:assert/strict'
import type { Caller } from '../../../src/http/door.ts'
import { createWatch, type HeldBack, type Limits, type Watch } from '../../../src/http/watch.ts'
import { partyId } from '../../../src/model/ids.ts'
import type { SecurityEvent } from '../../../src/ops/security-log.ts'
import type { ProblemCode } from '../../../src/problem/codes.ts'
import { makeAuthority, makeLeaf } from '../../support/chains.ts'

type Leaf = Awaited<ReturnType<typeof makeLeaf>>

const GOOD = 'aa'.repeat(32)
const OTHER = 'bb'.repeat(32)
const FOREIGN = 'cc'.repeat(32)
const address = '192.0.2.1'

function aWatch(limits: Partial<Limits> = {}) {
  const told: SecurityEvent[] = []
  const counted: ProblemCode[] = []
  const watch = createWatch(
    { windowSeconds: 60, perAddress: 3, badPerCertificate: 2, perCertificate: 10, ...limits },
    (certificate) => (certificate === FOREIGN ? undefined : partyId('troyan')),
    {
      refused: (event) => void told.push(event),
      counted: (code) => void counted.push(code),
      close: () => undefined,
    },
  )
  return { watch, told, counted }
}

const times = async (count: number, act: () => Promise<HeldBack | undefined>): Promise<(HeldBack | undefined)[]> => {
  const results = []
  for (let n = 0; n < count; n += 1) results.push(await act())
  return results
}
const isWait = (held: HeldBack | undefined): boolean => held !== undefined && held.seconds > 0 && held.seconds <= 60

describe('the watch at the doors', () => {
  it('holds an address back that comes without a registered certificate, and says for how long', async () => {
    const { watch, told, counted } = aWatch()
    const waits = await times(5, () => watch.admit({ address }, true))
    assert.deepEqual(waits.slice(0, 3), [undefined, undefined, undefined])
    assert.ok(waits.slice(3).every(isWait))
    assert.deepEqual([told.map(({ code }) => code), counted], [['request.rate-limited'], ['request.rate-limited']])
    assert.ok(isWait(await watch.admit({ address, certificate: FOREIGN }, true)))
    assert.equal(await watch.admit({ address: '192.0.2.2' }, true), undefined)
  })

  it('tells who comes ten times as often as it may, strangers and parties alike', async () => {
    const { watch } = aWatch()
    const strangers = await times(32, () => watch.admit({ address }, true))
    assert.deepEqual(
      strangers.map((held) => held?.often),
      [...Array<undefined>(3).fill(undefined), ...Array<boolean>(27).fill(false), true, true],
    )
    const party = { address, certificate: GOOD }
    for (let n = 0; n < 2; n += 1) watch.refused(party, 'signature.invalid')
    const refused = await times(21, () => watch.admit(party, true))
    assert.deepEqual(
      refused.map((held) => held?.often),
      [...Array<boolean>(19).fill(false), true, true],
    )
  })

  it('takes a network of IPv6 for one caller', async () => {
    const { watch } = aWatch()
    const hosts = ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:9::', '2001:db8::3']
    const waits = []
    for (const host of hosts) waits.push(await watch.admit({ address: host }, true))
    assert.deepEqual(waits.map(isWait), [false, false, false, true])
    assert.equal(await watch.admit({ address: '2001:db8:0:1::1' }, true), undefined)
  })

  it('lets a registered certificate in from an address that is held back', async () => {
    const { watch } = aWatch()
    await times(5, () => watch.admit({ address }, true))
    assert.equal(await watch.admit({ address, certificate: GOOD }, true), undefined)
  })

  it('lets a certificate post no more after so many bad requests, but read on; others are not touched', async () => {
    const { watch } = aWatch()
    watch.refused({ address, certificate: GOOD }, 'signature.invalid')
    assert.equal(await watch.admit({ address, certificate: GOOD }, true), undefined)
    watch.refused({ address, certificate: GOOD }, 'request.malformed')
    assert.ok(isWait(await watch.admit({ address, certificate: GOOD }, true)))
    assert.equal(await watch.admit({ address, certificate: GOOD }, false), undefined)
    assert.equal(await watch.admit({ address, certificate: OTHER }, true), undefined)
  })

  it('does not count good requests as bad, nor what a verified caller is refused for', async () => {
    const { watch, told } = aWatch()
    for (const code of ['access.not-granted', 'service.input', 'request.replayed', 'request.schema'] as const)
      watch.refused({ address, certificate: GOOD }, code)
    assert.deepEqual(
      await times(10, () => watch.admit({ address, certificate: GOOD }, true)),
      Array(10).fill(undefined),
    )
    assert.deepEqual(told, [])
  })

  it('counts against nobody that an authority does not answer', async () => {
    const { watch, told } = aWatch()
    for (let n = 0; n < 5; n += 1) watch.refused({ address, certificate: GOOD }, 'signature.revocation-unknown')
    assert.equal(await watch.admit({ address, certificate: GOOD }, true), undefined)
    assert.deepEqual(told, [])
  })

  it('counts certificates of one key as one, however many are made of it', async () => {
    const { watch } = aWatch({ perCertificate: 2 })
    const issuer = await makeAuthority('Authority')
    const callerOf = async (keys?: Leaf['keys']): Promise<{ keys: Leaf['keys']; caller: Caller }> => {
      const { read, keys: made } = await makeLeaf('town', { issuer, ...(keys === undefined ? {} : { keys }) })
      return { keys: made, caller: { address, certificate: read.sha256, der: read.der } }
    }
    const { keys, caller: first } = await callerOf()
    const others = [(await callerOf(keys)).caller, (await callerOf(keys)).caller]
    const waits = []
    for (const caller of [first, ...others]) waits.push(isWait(await watch.admit(caller, false)))
    assert.deepEqual(waits, [false, false, true])
    for (const caller of others) watch.refused(caller, 'signature.invalid')
    assert.ok(isWait(await watch.admit(first, true)))
    assert.equal(await watch.admit((await callerOf()).caller, true), undefined)
  })

  it('has a ceiling for good requests too', async () => {
    const { watch } = aWatch()
    await times(10, () => watch.admit({ address, certificate: GOOD }, false))
    assert.ok(isWait(await watch.admit({ address, certificate: GOOD }, false)))
  })

  const knocked = (watch: Watch, count: number): number =>
    Array.from({ length: count }, () => watch.knock(address)).filter(Boolean).length

  it('lets no address open connections without end, and counts those it refuses', () => {
    const { watch, told, counted } = aWatch()
    assert.equal(knocked(watch, 55), 50)
    assert.deepEqual([told, counted], [[], Array(5).fill('request.rate-limited')])
  })

  it('gives back what a registered certificate knocked, but not one that is held back, nor a foreign one', async () => {
    const { watch } = aWatch()
    knocked(watch, 50)
    await watch.connected({ address })
    await watch.connected({ address, certificate: FOREIGN })
    for (const code of ['signature.invalid', 'signature.invalid'] as const)
      watch.refused({ address, certificate: OTHER }, code)
    await watch.connected({ address, certificate: OTHER })
    assert.equal(knocked(watch, 1), 0)
    await watch.connected({ address, certificate: GOOD })
    assert.equal(knocked(watch, 2), 1)
  })

  it('never refuses connections of an address that stands for many', () => {
    const { watch } = aWatch({ sharedAddresses: [address] })
    assert.equal(knocked(watch, 1000), 1000)
  })

  it('lets in again when the window is over', async () => {
    const { watch } = aWatch({ windowSeconds: 4, perAddress: 1 })
    const wait = async (probe: Watch): Promise<void> => {
      while ((await probe.admit({ address }, true)) !== undefined)
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await watch.admit({ address }, true)
    assert.ok(isWait(await watch.admit({ address }, true)))
    await wait(watch)
  })
})
