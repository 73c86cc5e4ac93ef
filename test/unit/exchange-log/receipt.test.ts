import assert from 'node:assert/strict'
import fc from 'fast-check'
import { signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { commit, freshSalt } from '../../../src/exchange-log/commitment.ts'
import { entryBytes } from '../../../src/exchange-log/entry.ts'
import { inclusionProof, leafHash } from '../../../src/exchange-log/merkle.ts'
import { readReceipt, readReceiptHeader, receiptHeader } from '../../../src/exchange-log/receipt.ts'
import { writeTlogProof } from '../../../src/exchange-log/tlog-proof.ts'
import { type ReceiptClaim, verifyReceipt } from '../../../src/exchange-log/verify-receipt.ts'
import { freshSigner, ORIGIN } from './keys.ts'
import { someLeaves } from './reference-model.ts'
import { TileLog } from './tile-log.ts'

const signer = freshSigner()
const salts = { request: freshSalt(), answer: freshSalt() }
const request = Buffer.from('<Application>заявление</Application>')
const answer = Buffer.from('<Answer>отговор</Answer>')
const entry = entryBytes({
  v: 1,
  time: '2026-11-22T08:00:00.000Z',
  event: 'answered',
  exchangeId: '01935a2e-0000-7000-8000-000000000001',
  consumer: 'troyan',
  signerCertificate: 'ab'.repeat(32),
  requestCommit: commit(salts.request, request).toString('base64url'),
  answerCommit: commit(salts.answer, answer).toString('base64url'),
  status: 'complete',
})
const INDEX = 300
const log = new TileLog().append([...someLeaves(INDEX), leafHash(entry), ...someLeaves(20)])
const { size } = log.tree
const proof = writeTlogProof({
  index: INDEX,
  path: inclusionProof(INDEX, size, log.read),
  checkpoint: signCheckpoint({ origin: ORIGIN, size, root: log.tree.root }, [signer]),
})
const claim: ReceiptClaim = { entry, salts, proof, logKey: signer.vkey, request, answer }
const broken = (change: Partial<ReceiptClaim>): string[] =>
  verifyReceipt({ ...claim, ...change })
    .findings.filter(({ holds }) => !holds)
    .map(({ what }) => what)

describe('a receipt', () => {
  it('proves with the log key alone that the entry stands in the log and speaks of these bytes', () => {
    const verified = verifyReceipt(claim)
    assert.ok(verified.holds)
    assert.deepEqual(
      verified.findings.map(({ what }) => what),
      ['entry.form', 'proof.form', 'checkpoint.signature', 'log.inclusion', 'request.commitment', 'answer.commitment'],
    )
    assert.deepEqual([verified.index, verified.treeSize], [INDEX, size])
    assert.equal(verified.entry?.status, 'complete')
  })

  it('looks into no commitment whose bytes it was not given', () => {
    const bare = { entry, salts, proof, logKey: signer.vkey }
    assert.equal(verifyReceipt(bare).findings.length, 4)
    assert.ok(verifyReceipt(bare).holds)
  })

  it('names what does not hold', () => {
    assert.deepEqual(broken({ request: Buffer.from('other') }), ['request.commitment'])
    assert.deepEqual(broken({ answer: Buffer.from('other') }), ['answer.commitment'])
    assert.deepEqual(broken({ salts: { request: salts.answer, answer: salts.request } }), [
      'request.commitment',
      'answer.commitment',
    ])
    assert.deepEqual(broken({ salts: {} }), ['request.commitment', 'answer.commitment'])
    assert.deepEqual(broken({ logKey: freshSigner().vkey }), ['checkpoint.signature', 'log.inclusion'])
    assert.deepEqual(broken({ logKey: 'none' }), ['checkpoint.signature', 'log.inclusion'])
    assert.deepEqual(broken({ proof: proof.replace('index 300', 'index 299') }), ['log.inclusion'])
    assert.deepEqual(broken({ proof: 'none' }), ['proof.form', 'checkpoint.signature', 'log.inclusion'])
    assert.deepEqual(broken({ proof: proof.replace(`\n${size}\n`, `\n${size + 1}\n`) }), [
      'checkpoint.signature',
      'log.inclusion',
    ])
    const other = Buffer.from(entry.toString().replace('complete', 'complets'))
    assert.deepEqual(broken({ entry: other }), ['log.inclusion'])
    assert.deepEqual(broken({ entry: Buffer.from('{}') }), [
      'entry.form',
      'log.inclusion',
      'request.commitment',
      'answer.commitment',
    ])
  })

  it('says nothing about index and content unless all of it holds', () => {
    const refuted = verifyReceipt({ ...claim, answer: Buffer.from('other') })
    assert.deepEqual(
      [refuted.holds, refuted.entry, refuted.index, refuted.treeSize],
      [false, undefined, undefined, undefined],
    )
  })

  it('does not hold with any one bit of its entry, its proof or its salts changed', () => {
    const parts = { entry, proof: Buffer.from(proof), request: salts.request, answer: salts.answer }
    fc.assert(
      fc.property(
        fc.constantFrom('entry' as const, 'proof' as const, 'request' as const, 'answer' as const),
        fc.nat(),
        (part, seed) => {
          const bytes = Uint8Array.from(parts[part])
          const bit = seed % (bytes.length * 8)
          bytes[bit >> 3]! ^= 1 << (bit & 7)
          const changes: Record<keyof typeof parts, Partial<ReceiptClaim>> = {
            entry: { entry: bytes },
            proof: { proof: Buffer.from(bytes).toString() },
            request: { salts: { ...salts, request: bytes } },
            answer: { salts: { ...salts, answer: bytes } },
          }
          assert.ok(!verifyReceipt({ ...claim, ...changes[part] }).holds)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('travels as a header and comes back the same', () => {
    const receipt = {
      entry: Buffer.from(entry).toString('base64url'),
      salts: { answer: salts.answer.toString('base64url') },
      proof,
    }
    const header = receiptHeader(receipt)
    assert.match(header ?? '', /^[\w-]+$/)
    assert.deepEqual(readReceiptHeader(header ?? ''), receipt)
  })

  it('stays at home when the header would be longer than 3,072 characters', () => {
    assert.equal(receiptHeader({ entry: 'x'.repeat(2300), salts: {}, proof: '' }), undefined)
    assert.notEqual(receiptHeader({ entry: 'x'.repeat(2200), salts: {}, proof: '' }), undefined)
  })

  it('leaves out of the header what witnesses signed where it would be too long with that, and still holds', () => {
    const receipt = { entry: Buffer.from(entry).toString('base64url'), salts: {}, proof }
    const stranger = `— witness.example.bg ${Buffer.alloc(76).toString('base64')}\n`
    assert.deepEqual(
      readReceiptHeader(receiptHeader({ ...receipt, proof: `${proof}${stranger}` })!).proof,
      `${proof}${stranger}`,
    )
    const many = `${proof}${stranger.repeat(12)}`
    const short = readReceiptHeader(receiptHeader({ ...receipt, proof: many })!)
    assert.equal(short.proof, proof)
    assert.ok(verifyReceipt({ ...claim, proof: many }).holds)
  })

  it('is refused when it is none', () => {
    for (const json of [
      '',
      '{}',
      '[]',
      'null',
      '{"entry":"","salts":{"other":""},"proof":""}',
      '{"entry":1,"salts":{},"proof":""}',
    ])
      assert.throws(() => readReceipt(json), { kind: 'receipt-malformed' }, json)
    assert.throws(() => readReceiptHeader('not a receipt'), { kind: 'receipt-malformed' })
  })
})
