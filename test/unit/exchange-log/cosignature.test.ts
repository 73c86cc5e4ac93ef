import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { type Checkpoint, checkpointText, signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { cosignaturesOf, cosignatureVerifier, cosigner, cosignersOf } from '../../../src/exchange-log/cosignature.ts'
import { EMPTY_ROOT } from '../../../src/exchange-log/merkle.ts'
import { openNote, signatureLine, splitNote } from '../../../src/exchange-log/note.ts'
import { freshLogKey, freshSigner, ORIGIN } from './keys.ts'

const NAME = 'witness.audit.example.bg/w1'
const AT = new Date('2026-11-22T10:00:00.700Z')
const HEAD: Checkpoint = { origin: ORIGIN, size: 8, root: EMPTY_ROOT }
const pem = freshLogKey()
const own = cosigner(NAME, pem)
const log = freshSigner()
const bare = signCheckpoint(HEAD, [log])
const note = `${bare}${own.cosign(HEAD, AT)}`

describe('a cosignature', () => {
  it('is what tlog-cosignature says, worked out here by hand', () => {
    const [, id = '', typed = ''] = own.vkey.split('+', 2).concat(own.vkey.split('+').slice(2).join('+'))
    const key = Buffer.from(typed, 'base64')
    assert.deepEqual([key.length, key[0]], [33, 4])
    assert.equal(createHash('sha256').update(`${NAME}\n`).update(key).digest('hex').slice(0, 8), id)
    const line = note.trimEnd().split('\n').at(-1)!
    assert.ok(line.startsWith(`— ${NAME} `))
    const bytes = Buffer.from(line.split(' ')[2]!, 'base64')
    assert.deepEqual([bytes.length, bytes.toString('hex', 0, 4)], [4 + 8 + 64, id])
    assert.equal(bytes.readBigUInt64BE(4), 1795341600n)
    const message = `cosignature/v1\ntime 1795341600\n${checkpointText(HEAD)}`
    assert.ok(verify(null, Buffer.from(message), createPublicKey(pem), bytes.subarray(12)))
  })

  it('says who saw the head and when', () => {
    assert.deepEqual(cosignersOf(note, [own.vkey]), [{ by: NAME, at: '2026-11-22T10:00:00.000Z' }])
    assert.deepEqual(cosignersOf(bare, [own.vkey]), [])
    assert.deepEqual(openNote(note, [cosignatureVerifier(own.vkey)]).signedBy, [NAME])
  })

  it('tells the newest of several', () => {
    const later = new Date(AT.getTime() + 60_000)
    const more = `${bare}${own.cosign(HEAD, later)}${own.cosign(HEAD, AT)}`
    assert.deepEqual(cosignersOf(more, [own.vkey]), [{ by: NAME, at: '2026-11-22T10:01:00.000Z' }])
  })

  const spoilt: Readonly<Record<string, string>> = {
    'over another head': `${signCheckpoint({ ...HEAD, size: 9 }, [log])}${own.cosign(HEAD, AT)}`,
    'with another time': `${bare}${changed(4 + 7)}`,
    'with a bit of it changed': `${bare}${changed(30)}`,
    'that is too short': `${bare}${signatureLine({ name: NAME, keyId: idOf() }, Buffer.alloc(71))}`,
    'of a time beyond all dates': `${bare}${farAway()}`,
  }
  for (const [what, bad] of Object.entries(spoilt))
    it(`makes a note worthless: one ${what}`, () => {
      assert.throws(() => cosignaturesOf(bad, cosignatureVerifier(own.vkey)), { name: 'LogFault' })
    })

  it('is of its type alone: neither kind of key passes for the other', () => {
    assert.throws(() => cosignatureVerifier(log.vkey), { kind: 'key-malformed' })
    assert.deepEqual(cosignersOf(note, [cosigner(NAME, freshLogKey()).vkey]), [])
  })
})

function lineBytes(): Buffer {
  return Buffer.from(splitNote(note).lines.at(-1)!.signature)
}

function idOf(): number {
  return cosignatureVerifier(own.vkey).keyId
}

/** The line with one bit of id, time and signature changed; the id stays. */
function changed(at: number): string {
  const bytes = lineBytes()
  bytes[at - 4] = bytes[at - 4]! ^ 1
  return signatureLine({ name: NAME, keyId: idOf() }, bytes)
}

function farAway(): string {
  return own.cosign(HEAD, { getTime: () => 9e18 } as Date)
}
