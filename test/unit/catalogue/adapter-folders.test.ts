import assert from 'node:assert/strict'
import { aroseInEdno, noteAdapterCode } from '../../../src/catalogue/adapter-folders.ts'

const error = (...frames: readonly string[]): Error =>
  Object.assign(new Error('of nobody'), {
    stack: ['Error: of nobody', ...frames.map((each) => `    at ${each}`)].join('\n'),
  })

describe('an error that nobody handles', () => {
  noteAdapterCode('/plugged/a b/index.js')

  it('is edno’s own where its stack names code, and none of an adapter', () => {
    assert.ok(aroseInEdno(new Error('here')))
    assert.ok(aroseInEdno(error('Parser.read (/edno/node_modules/some/parser.js:3:4)', 'node:net:12:3')))
    assert.ok(aroseInEdno(error('file:///plugged/a%20beside/index.js:1:2')))
  })

  it('is not where an adapter’s folder is named, as a module or a file it requires', () => {
    assert.ok(
      !aroseInEdno(error('ask (file:///plugged/a%20b/index.js?digest=1:3:9)', 'file:///edno/src/dispatch/ask.ts:1:1')),
    )
    assert.ok(!aroseInEdno(error('async ask (/plugged/a b/lib/old.cjs:3:9)')))
    assert.ok(!aroseInEdno(error('Timeout._onTimeout (file:///plugged/a%20b/lib/timer.js:3:9)')))
  })

  it('is not where no code is named, and where it is no error', () => {
    assert.ok(!aroseInEdno(error('TCP.onStreamRead (node:internal/stream_base_commons:217:20)')))
    for (const thrown of ['text', undefined, { code: 1 }]) assert.ok(!aroseInEdno(thrown))
  })
})
