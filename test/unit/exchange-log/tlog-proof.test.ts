import assert from 'node:assert/strict'
import { readTlogProof, writeTlogProof } from '../../../src/exchange-log/tlog-proof.ts'
import { someLeaves } from './reference-model.ts'

const CHECKPOINT = 'log\n5\nroot\n\n— log c2ln\n'
const path = someLeaves(3)

describe('a tlog-proof', () => {
  it('has a version, the index, one hash a line, an empty line and the checkpoint as it is', () => {
    const text = writeTlogProof({ index: 4242, path, checkpoint: CHECKPOINT })
    assert.equal(
      text,
      `c2sp.org/tlog-proof@v1\nindex 4242\n${path.map((hash) => Buffer.from(hash).toString('base64')).join('\n')}\n\n${CHECKPOINT}`,
    )
    assert.deepEqual(readTlogProof(text), {
      index: 4242,
      path: path.map((hash) => Buffer.from(hash)),
      checkpoint: CHECKPOINT,
    })
  })

  it('has exactly one empty line and no hashes in a tree of one entry', () => {
    const text = writeTlogProof({ index: 0, path: [], checkpoint: CHECKPOINT })
    assert.equal(text, `c2sp.org/tlog-proof@v1\nindex 0\n\n${CHECKPOINT}`)
    assert.deepEqual(readTlogProof(text), { index: 0, path: [], checkpoint: CHECKPOINT })
  })

  it('skips an extra line, which nobody authenticated', () => {
    const text = writeTlogProof({ index: 7, path, checkpoint: CHECKPOINT }).replace('index', 'extra aGVsbG8=\nindex')
    assert.equal(readTlogProof(text).index, 7)
  })

  it('is refused in any other form', () => {
    const text = writeTlogProof({ index: 7, path, checkpoint: CHECKPOINT })
    const broken = [
      '',
      text.replace('v1', 'v2'),
      text.replace('index 7', 'index 07'),
      text.replace('index 7', 'index -7'),
      text.replace('index 7', 'index 9007199254740993'),
      text.replace('index 7', 'index'),
      text.replace('index 7\n', ''),
      text.replace('\n\n', '\n'),
      text.replace('=\n', '\n'),
      text.replace('index', 'extra ?\nindex'),
      writeTlogProof({ index: 7, path: someLeaves(60), checkpoint: CHECKPOINT }),
    ]
    for (const each of broken) assert.throws(() => readTlogProof(each), { kind: 'proof-malformed' }, each.slice(0, 80))
  })
})
