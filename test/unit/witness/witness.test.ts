import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAddCheckpoint, writeAddCheckpoint } from '../../../src/exchange-log/add-checkpoint.ts'
import { signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { cosignaturesOf } from '../../../src/exchange-log/cosignature.ts'
import { EMPTY_ROOT } from '../../../src/exchange-log/merkle.ts'
import { noteVerifier, openNote, splitNote } from '../../../src/exchange-log/note.ts'
import { headName, Heads } from '../../../src/witness/heads.ts'
import type { WitnessAnswer } from '../../../src/witness/witness.ts'
import { freshSigner } from '../exchange-log/keys.ts'
import { aWitness, entriesOf, SmallLog, type TestWitness } from './logs.ts'

const AT = new Date('2026-11-22T10:00:00.700Z')

describe('a witness', () => {
  const made: TestWitness[] = []
  const fresh = (log: SmallLog): TestWitness => {
    const one = aWitness([log.signer], () => AT)
    made.push(one)
    return one
  }
  afterEach(() => {
    for (const { folder } of made.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  it('cosigns a head that continues the one before, with its own time and key', () => {
    const log = new SmallLog(entriesOf(700))
    const { witness, key } = fresh(log)
    const sizes = [1, 2, 255, 256, 257, 511, 700]
    let old = 0
    for (const size of sizes) {
      const answer = witness.answer(log.request(old, size))
      assert.ok(answer.status === 200, `${old} to ${size}`)
      const note = `${log.head(size)}${answer.line}`
      const keys = [noteVerifier(log.signer.vkey), key]
      assert.deepEqual(openNote(note, keys).signedBy, [log.signer.name, key.name])
      assert.deepEqual(
        cosignaturesOf(note, key).map(({ at }) => at.toISOString()),
        ['2026-11-22T10:00:00.000Z'],
      )
      assert.equal(witness.headOf(log.signer.name)?.note, note)
      old = size
    }
  })

  it('cosigns the same head again, and the empty one', () => {
    const log = new SmallLog(entriesOf(3))
    const { witness } = fresh(log)
    for (const [old, size] of [
      [0, 0],
      [0, 0],
      [0, 3],
      [3, 3],
    ] as const)
      assert.equal(witness.answer(log.request(old, size)).status, 200, `${old} to ${size}`)
  })

  it('knows after a restart what it cosigned', () => {
    const log = new SmallLog(entriesOf(9))
    const { witness, again } = fresh(log)
    witness.answer(log.request(0, 5))
    assert.deepEqual(again().answer(log.request(0, 9)), { status: 409, size: 5 })
    assert.equal(again().answer(log.request(5, 9)).status, 200)
  })

  it('has written the new head before it answers, and signs neither of two requests over the other', () => {
    const log = new SmallLog(entriesOf(20))
    const { witness, again, folder } = fresh(log)
    witness.answer(log.request(0, 4))
    const [slow, quick] = [log.request(4, 10), log.request(4, 20)]
    assert.equal(witness.answer(quick).status, 200)
    assert.equal(again().headOf(log.signer.name)?.size, 20)
    assert.deepEqual(witness.answer(slow), { status: 409, size: 20 })
    assert.equal(again().headOf(log.signer.name)?.size, 20, 'nothing was rolled back')
    assert.deepEqual(readdirSync(folder), [`${headName(log.signer.name)}.checkpoint`])
  })

  const log = new SmallLog(entriesOf(20))
  const other = new SmallLog(entriesOf(20, { 3: 'forged' }), log.signer)
  const stranger = new SmallLog(entriesOf(20), freshSigner())
  const unknown = new SmallLog(entriesOf(20), freshSigner('other.example.bg/log'))
  const flipped = (proof: readonly Uint8Array[]): Uint8Array[] =>
    proof.map((hash, i) => (i === 0 ? createHash('sha256').update(hash).digest() : hash))
  const note = log.head(10)
  const refusals: Record<string, { readonly body: string; readonly says: Partial<WitnessAnswer> }> = {
    'an old size beyond the new one': {
      body: writeAddCheckpoint({ old: 11, proof: [], note }),
      says: { status: 400 },
    },
    'a body that is none': { body: 'old x\n\n', says: { status: 400 } },
    'a size with a leading zero': { body: log.request(8, 10).replace('old 8', 'old 08'), says: { status: 400 } },
    'a proof of 64 hashes': {
      body: writeAddCheckpoint({ old: 8, proof: Array<Uint8Array>(64).fill(EMPTY_ROOT), note }),
      says: { status: 400 },
    },
    'a hash that is none': {
      body: writeAddCheckpoint({ old: 8, proof: [Buffer.alloc(31)], note }),
      says: { status: 400 },
    },
    'a note without signature': { body: log.request(8, 10).replace(/\n— .*/, ''), says: { status: 400 } },
    'a log that it does not know': { body: unknown.request(8, 10), says: { status: 404 } },
    "a key that is not the log's": { body: stranger.request(8, 10), says: { status: 403 } },
    "a signature of the log's key over something else": {
      body: log.request(8, 10).replace('\n10\n', '\n11\n'),
      says: { status: 403 },
    },
    'an old size that is not the last one': { body: log.request(5, 10), says: { status: 409, size: 8 } },
    'old 0, the way to ask for the size': { body: log.request(0, 10), says: { status: 409, size: 8 } },
    'a smaller head': { body: log.request(5, 7), says: { status: 409, size: 8 } },
    'a proof with one bit changed': {
      body: writeAddCheckpoint({ old: 8, proof: flipped(log.proof(8, 10)), note }),
      says: { status: 422 },
    },
    'no proof': { body: writeAddCheckpoint({ old: 8, proof: [], note }), says: { status: 422 } },
    'a proof that is too long': {
      body: writeAddCheckpoint({ old: 8, proof: [...log.proof(8, 10), EMPTY_ROOT], note }),
      says: { status: 422 },
    },
    'another history': { body: other.request(8, 10), says: { status: 422 } },
    'the same size with another root': { body: other.request(8, 8), says: { status: 422 } },
  }
  for (const [what, { body, says }] of Object.entries(refusals))
    it(`answers ${says.status} to ${what}, and stays where it was`, () => {
      const { witness } = fresh(log)
      witness.answer(log.request(0, 8))
      const before = witness.headOf(log.signer.name)
      const answer = witness.answer(body)
      assert.deepEqual({ ...answer, ...says }, answer)
      assert.deepEqual(witness.headOf(log.signer.name), before)
    })

  it('refuses a proof with the first head, and an empty tree with another root', () => {
    const proof = log.proof(8, 10)
    assert.equal(fresh(log).witness.add({ old: 0, proof, note }).status, 422)
    const wrong = signCheckpoint({ origin: log.signer.name, size: 0, root: Buffer.alloc(32) }, [log.signer])
    assert.equal(fresh(log).witness.add({ old: 0, proof: [], note: wrong }).status, 422)
  })

  it('keeps two heads of one size as proof of a fork, with the one before beside, a bounded number of them', () => {
    const { witness, folder, key, refused } = fresh(log)
    witness.answer(log.request(0, 8))
    const before = witness.headOf(log.signer.name)?.note
    for (let i = 0; i < 20; i += 1) {
      const forged = new SmallLog(entriesOf(20, { 3: `forged ${i}` }), log.signer)
      assert.equal(witness.answer(forged.request(8, 8)).status, 422)
    }
    assert.deepEqual(refused, Array(20).fill('forked 8'))
    const kept = new Heads(folder, key).refused()
    assert.equal(kept.length, 16)
    const [{ kind, size, file } = { kind: '', size: 0, file: '' }] = kept
    assert.deepEqual([kind, size], ['forked', 8])
    const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
    assert.notEqual(openNote(text(file), [noteVerifier(log.signer.vkey)]).text, splitNote(before!).text)
    assert.equal(text(`${file}.before`), before)
  })

  it('does not call it a fork when somebody sends a true head with a wrong proof', () => {
    const { witness, folder, refused } = fresh(log)
    witness.answer(log.request(0, 8))
    const proof = flipped(log.proof(8, 10))
    assert.equal(witness.add({ old: 8, proof, note: log.head(10) }).status, 422)
    assert.equal(witness.add({ old: 8, proof, note: log.head(8) }).status, 422)
    assert.deepEqual(refused, ['unproven 10', 'unproven 8'])
    assert.ok(readdirSync(folder).every((name) => !name.includes('.forked.')))
    assert.equal(witness.answer(log.request(8, 10)).status, 200, 'the true proof is taken after it')
  })

  it('does not begin anew over a state file that is damaged, or written by another key', () => {
    const { witness, folder } = fresh(log)
    witness.answer(log.request(0, 8))
    const file = join(folder, `${headName(log.signer.name)}.checkpoint`)
    const text = readFileSync(file, 'utf8')
    for (const bad of ['', text.slice(0, 60), text.replace('\n8\n', '\n7\n'), log.head(8)]) {
      writeFileSync(file, bad)
      assert.throws(() => witness.answer(log.request(0, 10)), { name: 'LogFault' })
    }
  })

  it('passes on no signatures of strangers', () => {
    const { witness, key } = fresh(log)
    const noisy = signCheckpoint({ origin: log.signer.name, size: 8, root: log.at(8).tree.root }, [
      freshSigner('x.example.bg'),
      log.signer,
    ])
    assert.equal(witness.add({ old: 0, proof: [], note: noisy }).status, 200)
    const names = witness.headOf(log.signer.name)?.note.match(/^— \S+/gm)
    assert.deepEqual(names, [`— ${log.signer.name}`, `— ${key.name}`])
  })

  it('takes either key while one follows the other', () => {
    const next = freshSigner(log.signer.name)
    const one = aWitness([log.signer, next])
    made.push(one)
    const later = new SmallLog(entriesOf(20), next)
    assert.equal(one.witness.answer(log.request(0, 8)).status, 200)
    assert.equal(one.witness.answer(later.request(8, 20)).status, 200)
  })

  it('reads what it writes of the example in the specification', () => {
    const example = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`
    const read = readAddCheckpoint(example)
    assert.equal(read?.old, 20852014)
    assert.equal(read.proof.length, 4)
    assert.equal(writeAddCheckpoint(read), example)
  })
})
