import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AdapterFault,
  type AdapterFaultKind,
  type CallContext,
  type Finding,
  type OpenAdapter,
} from '../../../src/adapter-kit/adapter.ts'
import { readManifest } from '../../../src/adapter-kit/examples.ts'
import type { AdapterEntry } from '../../../src/catalogue/entries.ts'
import { folderDigest } from '../../../src/catalogue/folder-digest.ts'
import { openAdapter } from '../../../src/catalogue/open-adapter.ts'
import { importMistake } from '../../../src/catalogue/start-thread.ts'
import { NewAdapter } from '../../support/new-adapter.ts'

const ENDPOINT = { url: 'https://127.0.0.1:1', ca: '', certificate: '', key: '' }

const INDEX = `
import { parentPort } from 'node:worker_threads'
import { AdapterFault } from 'edno/adapter-kit'
const found = (evidence) => ({ status: 'found', evidence, asOf: '2026-01-01', sourceReference: 'r', signedByRegistry: false })
let asked = 0
const DOES = {
  environment: () => found({ variables: Object.keys(process.env).length }),
  eat: () => { const all = []; for (;;) all.push(new Array(100000).fill({})) },
  hoard: async () => {
    const all = []
    for (let mb = 0; mb < 600; mb += 10) {
      all.push(Buffer.alloc(10 << 20, 1))
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    return found({ all: all.length })
  },
  litter: async () => {
    for (let mb = 0; mb < 600; mb += 10) {
      Buffer.alloc(10 << 20, 1)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    return found({})
  },
  die: () => process.exit(1),
  fault: () => { throw new AdapterFault('busy', 'later', { retryAfterMs: 7 }) },
  bad: () => { throw new AdapterFault('bad-answer', 'not as agreed', { at: 'Permits/Permit' }) },
  string: () => { throw 'ЕГН 8427029967' },
  wait: (context) => new Promise((resolve, reject) =>
    context.signal.addEventListener('abort', () => reject(new AdapterFault('timeout', 'over')))),
  log: (context) => { context.log.warn('said', { n: 1 }); return found({}) },
  chatter: () => {
    for (const word of ['ready', null, 7, { id: 0 }, { kind: 'strange', id: 0 }]) parentPort.postMessage(word)
    return found({})
  },
  halves: (context) => {
    const halves = [{ kind: 'fault' }, { kind: 'fault', fault: null }, { kind: 'log', message: 5 }, { kind: 'open' }]
    for (const half of halves) for (let id = 0; id < 50; id++) parentPort.postMessage({ ...half, id })
    for (const word of [new Error('no text'), undefined, {}]) context.log.warn(word, null)
    return new Promise((resolve) => setTimeout(() => resolve(found({})), 100))
  },
  nothing: () => new Promise(() => setTimeout(() => { throw null })),
  spin: () => { for (;;) {} },
  deaf: () => new Promise((resolve) => setTimeout(() => resolve(found({})), 3000)),
  count: () => found({ asked: ++asked }),
}
export default {
  open: async () => ({
    operations: { 'permit@1': async ({ egn }, context) => DOES[egn](context) },
    [Symbol.asyncDispose]: async () => {},
  }),
}
`

describe('an adapter that asks for a thread of its own', function () {
  this.timeout(60_000)
  let made: NewAdapter
  let adapter: OpenAdapter
  const said: string[] = []
  before(async () => {
    made = await NewAdapter.write('fishing-licences', 'rest')
    writeFileSync(join(made.folder, 'index.js'), INDEX)
    const opened = await openAdapter(entry(), ENDPOINT)
    assert.ok(typeof opened !== 'string', typeof opened === 'string' ? opened : '')
    adapter = opened
  })
  after(async () => {
    await adapter[Symbol.asyncDispose]()
    made.remove()
  })

  const entry = (): AdapterEntry => ({
    manifest: { ...readManifest(made.folder), isolation: 'worker', memoryMb: 64 },
    folder: made.folder,
    digest: folderDigest(made.folder),
    plugged: true,
    operations: [],
    module: { open: () => Promise.reject(new TypeError('it is not opened in this thread')) },
  })
  const ask = (egn: string, signal: AbortSignal = AbortSignal.timeout(50_000)): Promise<Finding> => {
    const handler = adapter.operations['permit@1']
    assert.ok(handler)
    // As edno's own log does, it takes a text for one.
    const note = (message: string): void => void said.push(message.trim())
    return handler({ egn }, { fields: [], signal, log: { info: note, warn: note } } as unknown as CallContext)
  }
  const fails = (asking: Promise<Finding>, kind: AdapterFaultKind): Promise<void> =>
    assert.rejects(asking, (error) => AdapterFault.is(error) && error.kind === kind)

  it('answers, and sees nothing of the environment of edno', async () => {
    const finding = await ask('environment')
    assert.deepEqual(finding.status === 'found' && finding.evidence, { variables: 0 })
  })

  it('hands on its faults and log lines, and of anything else that it throws only that it did', async () => {
    await assert.rejects(ask('fault'), (error) => AdapterFault.is(error) && error.retryAfterMs === 7)
    await assert.rejects(ask('bad'), (error) => AdapterFault.is(error) && error.at === 'Permits/Permit')
    await ask('log')
    assert.deepEqual(said, ['said'])
    await assert.rejects(ask('string'), (error) => !AdapterFault.is(error) && !String(error).includes('8427029967'))
  })

  it('is told that its time is over', async () => {
    await fails(ask('wait', AbortSignal.timeout(50)), 'timeout')
    await fails(ask('wait', AbortSignal.abort()), 'timeout')
  })

  it('ends where it takes more memory than it may, and edno and its next question go on', async () => {
    await fails(ask('eat'), 'unavailable')
    assert.equal((await ask('environment')).status, 'found')
  })

  it('ends where it takes more in buffers than it may, which are no objects; those it let go are not counted', async () => {
    await fails(ask('hoard'), 'unavailable')
    assert.equal((await ask('litter')).status, 'found')
  })

  it('may die, and edno and its next question go on', async () => {
    await fails(ask('die'), 'unavailable')
    assert.equal((await ask('environment')).status, 'found')
  })

  it('may say through the same port what is no message of ours, and may throw what is no error', async () => {
    assert.equal((await ask('chatter')).status, 'found')
    await fails(ask('nothing'), 'unavailable')
    assert.equal((await ask('environment')).status, 'found')
  })

  it('ends nothing of edno by halves of messages, or by telling the log what is no text', async () => {
    said.length = 0
    assert.equal((await ask('halves')).status, 'found')
    assert.deepEqual(said, [])
  })

  it('is ended where it hangs in a loop, with all that waited for it, and the next question finds a new thread', async () => {
    said.length = 0
    const beside = fails(ask('wait'), 'unavailable')
    const began = Date.now()
    await fails(ask('spin', AbortSignal.timeout(100)), 'unavailable')
    assert.ok(Date.now() - began < 40_000)
    await beside
    assert.deepEqual(said, ['the thread of an adapter hangs, and is ended'])
    assert.equal((await ask('environment')).status, 'found')
  })

  it('keeps its thread where it only takes no notice of the end of its time', async () => {
    const deaf = ask('deaf', AbortSignal.timeout(20))
    const variables = async (): Promise<unknown> => {
      const finding = await ask('count')
      return finding.status === 'found' && finding.evidence
    }
    assert.deepEqual(await variables(), { asked: 1 })
    assert.equal((await deaf).status, 'found')
    assert.deepEqual(await variables(), { asked: 2 })
  })

  it('does not hold up the others, nor its own closing, where it never ends', async () => {
    const opened = await openAdapter(entry(), ENDPOINT)
    assert.ok(typeof opened !== 'string')
    const asking = opened.operations['permit@1']?.({ egn: 'spin' }, {
      signal: AbortSignal.timeout(60_000),
    } as unknown as CallContext)
    const ended = assert.rejects(asking ?? Promise.resolve(), AdapterFault)
    assert.equal((await ask('environment')).status, 'found')
    await opened[Symbol.asyncDispose]()
    await ended
  })

  it('says before anybody opens it why it could not be imported, and is not opened for that', async () => {
    const broken = await NewAdapter.write('cat-register', 'rest')
    const index = join(broken.folder, 'index.js')
    const ofCode = (code: string, digest: string): Promise<string | undefined> => {
      writeFileSync(index, code)
      return importMistake({ ...entry(), folder: broken.folder, digest })
    }
    assert.equal(await ofCode('throw new Error("no luck")', 'ab'), 'cannot be imported: no luck')
    assert.equal(await ofCode('export default {}', 'cd'), 'its default export is not defineAdapter({ open })')
    assert.equal(await ofCode('export default { open: () => { throw new Error("opened") } }', 'ef'), undefined)
    broken.remove()
  })

  it('says why it does not open', async () => {
    const broken = await NewAdapter.write('dog-register', 'rest')
    writeFileSync(join(broken.folder, 'index.js'), 'throw new Error("no luck")')
    const reason = await openAdapter({ ...entry(), folder: broken.folder, digest: 'ab' }, ENDPOINT)
    assert.equal(reason, 'cannot be opened: cannot be imported: no luck')
    broken.remove()
  })
})
