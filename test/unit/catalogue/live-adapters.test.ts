import assert from 'node:assert/strict'
import {
  AdapterFault,
  type CallContext,
  type Finding,
  type RegistryEndpoint,
} from '../../../src/adapter-kit/adapter.ts'
import type { AdapterEntry } from '../../../src/catalogue/entries.ts'
import { LiveAdapters } from '../../../src/catalogue/live-adapters.ts'
import { operationRef } from '../../../src/model/ids.ts'

const PERSON = operationRef('people/person@1')
const ENDPOINT: RegistryEndpoint = { url: 'https://127.0.0.1:1', ca: '', certificate: '', key: '' }
const CONTEXT = { signal: new AbortController().signal } as unknown as CallContext

/** An adapter that says which it is, when it is let. */
function version(name: string) {
  const waiting: (() => void)[] = []
  const state = { open: 0, answers: true }
  const finding = (): Finding => ({
    status: 'not-found',
    asOf: '2026-01-01',
    sourceReference: name,
    signedByRegistry: false,
  })
  const entry = {
    digest: name,
    folder: `/${name}`,
    manifest: { id: 'people', operations: [{ id: 'person', version: 1 }] },
    module: {
      open: () => {
        state.open += 1
        return Promise.resolve({
          operations: {
            'person@1': () =>
              state.answers
                ? Promise.resolve(finding())
                : new Promise<Finding>((resolve) => waiting.push(() => resolve(finding()))),
          },
          [Symbol.asyncDispose]: () => {
            state.open -= 1
            return Promise.resolve()
          },
        })
      },
    },
  } as unknown as AdapterEntry
  return { entry, state, answer: () => waiting.splice(0).forEach((go) => go()) }
}

const of = (entry: AdapterEntry) => new Map([['people', entry]])

describe('adapters that are replaced while they are asked', () => {
  let live: LiveAdapters
  beforeEach(() => {
    live = new LiveAdapters()
  })
  afterEach(() => live[Symbol.asyncDispose]())
  const asked = async (): Promise<string> => (await live.ask(PERSON, {}, CONTEXT)).sourceReference
  const take = async (entry: AdapterEntry): Promise<void> => {
    assert.equal(await live.stage(entry, ENDPOINT), undefined)
    live.commit(of(entry))
  }

  it('let the old one answer what it was asked, and close it then', async () => {
    const [one, two] = [version('one'), version('two')]
    one.state.answers = false
    await take(one.entry)
    const first = asked()
    await take(two.entry)
    assert.equal(await asked(), 'two')
    assert.deepEqual([one.state.open, two.state.open], [1, 1])
    one.answer()
    assert.equal(await first, 'one')
    assert.deepEqual([one.state.open, two.state.open], [0, 1])
  })

  it('ask nothing of one that is staged, and close it where it is not wanted', async () => {
    const [one, two] = [version('one'), version('two')]
    await take(one.entry)
    await live.stage(two.entry, ENDPOINT)
    assert.equal(await asked(), 'one')
    live.discard()
    assert.deepEqual([await asked(), one.state.open, two.state.open], ['one', 1, 0])
  })

  it('open the same files at the same address once, and at another address anew', async () => {
    const one = version('one')
    await take(one.entry)
    await take(one.entry)
    assert.equal(one.state.open, 1)
    await live.stage(one.entry, { ...ENDPOINT, url: 'https://127.0.0.1:2' })
    assert.equal(one.state.open, 2)
    live.commit(of(one.entry))
    assert.equal(one.state.open, 1)
  })

  it('say why one does not open, and keep the one in use', async () => {
    const [one, two] = [version('one'), version('two')]
    await take(one.entry)
    const broken = { ...two.entry, module: { open: () => Promise.reject(new TypeError('no key')) } }
    assert.equal(await live.stage(broken, ENDPOINT), 'cannot be opened: no key')
    live.commit(of(one.entry))
    assert.equal(await asked(), 'one')
  })

  it('bear one that fails to close at once, or never ends being closed', async () => {
    for (const dispose of [
      () => {
        throw new TypeError('no luck')
      },
      () => new Promise<never>(() => undefined),
    ]) {
      await using bearing = new LiveAdapters(20)
      const [one, two] = [version('one'), version('two')]
      const open = async () => ({ ...(await one.entry.module.open({} as never)), [Symbol.asyncDispose]: dispose })
      const bad = { ...one.entry, module: { open } } as unknown as AdapterEntry
      assert.equal(await bearing.stage(bad, ENDPOINT), undefined)
      bearing.commit(of(bad))
      await bearing.stage(two.entry, ENDPOINT)
      bearing.commit(of(two.entry))
      assert.equal((await bearing.ask(PERSON, {}, CONTEXT)).sourceReference, 'two')
      await bearing.stage(bad, { ...ENDPOINT, url: 'https://127.0.0.1:3' })
      bearing.commit(of(bad))
    }
  })

  it('have a registry that was removed for unavailable', async () => {
    const one = version('one')
    await take(one.entry)
    live.commit(new Map())
    await assert.rejects(asked(), (error) => AdapterFault.is(error) && error.kind === 'unavailable')
    assert.equal(one.state.open, 0)
  })

  it('close all, also those that still have questions', async () => {
    const [one, two] = [version('one'), version('two')]
    one.state.answers = false
    await take(one.entry)
    void asked().catch(() => undefined)
    await take(two.entry)
    await live[Symbol.asyncDispose]()
    assert.deepEqual([one.state.open, two.state.open], [0, 0])
  })
})
