import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { noteSigner, noteVerifier, openNote, signNote } from '../../../src/exchange-log/note.ts'
import { freshSigner } from './keys.ts'

const TEXT = 'edno.example.bg/exchange-log\n1\nroot\n'

/** The known answer in the documentation of Go's package golang.org/x/mod/sumdb/note. */
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const GO_SIGNATURE = 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='

describe('a signed note', () => {
  it('opens with the published key, and not with one letter changed', () => {
    const note = `${GO_TEXT}\n— PeterNeumann ${GO_SIGNATURE}\n`
    assert.deepEqual(openNote(note, [noteVerifier(GO_VKEY)]), { text: GO_TEXT, signedBy: ['PeterNeumann'] })
    assert.throws(() => openNote(note.replace('answer', 'Answer'), [noteVerifier(GO_VKEY)]), { kind: 'note-untrusted' })
  })

  it('is opened by the vkey of its signer', () => {
    const signer = freshSigner()
    const note = signNote(TEXT, [signer])
    assert.deepEqual(openNote(note, [noteVerifier(signer.vkey)]), { text: TEXT, signedBy: [signer.name] })
    assert.equal(noteVerifier(signer.vkey).keyId, signer.keyId)
  })

  it('ignores signatures of unknown keys, also of one that shares the name', () => {
    const [known, other] = [freshSigner(), freshSigner()]
    const note = signNote(TEXT, [other, known, freshSigner('witness.example.bg/w1')])
    assert.deepEqual(openNote(note, [noteVerifier(known.vkey)]).signedBy, [known.name])
    assert.throws(() => openNote(signNote(TEXT, [other]), [noteVerifier(known.vkey)]), { kind: 'note-untrusted' })
  })

  it('is worthless as a whole if a known key has signed something else', () => {
    const [log, witness] = [freshSigner(), freshSigner('witness.example.bg/w1')]
    const note = signNote(TEXT, [log, { ...witness, sign: () => witness.sign(Buffer.from('other')) }])
    assert.throws(() => openNote(note, [noteVerifier(log.vkey), noteVerifier(witness.vkey)]), {
      kind: 'note-untrusted',
    })
  })

  it('ends its text at the last empty line', () => {
    const signer = freshSigner()
    const text = 'one\n\ntwo\n'
    assert.equal(openNote(signNote(text, [signer]), [noteVerifier(signer.vkey)]).text, text)
  })

  it('takes sixteen signatures of unknown keys beside its own', () => {
    const signer = freshSigner()
    const others = Array.from({ length: 16 }, (_, i) => freshSigner(`witness.example.bg/w${i}`))
    assert.ok(openNote(signNote(TEXT, [...others, signer]), [noteVerifier(signer.vkey)]))
  })

  it('is refused when it is no note', () => {
    const signer = freshSigner()
    const note = signNote(TEXT, [signer])
    const broken = [
      '',
      TEXT,
      note.slice(0, -1),
      note.replace('\n\n', '\n'),
      note.replace('— ', '- '),
      note.replace('1\n', '1\r\n'),
      `${note}— ${signer.name} AAAA\n`,
      `${note}\n`,
      `${note}${'x'.repeat(300_000)}\n`,
    ]
    for (const each of broken)
      assert.throws(
        () => openNote(each, [noteVerifier(signer.vkey)]),
        { name: 'LogFault' },
        JSON.stringify(each.slice(-80)),
      )
  })

  it('refuses to sign what could not be read back', () => {
    for (const text of ['no newline', 'a\tb\n', '']) assert.throws(() => signNote(text, [freshSigner()]))
  })

  it('has keys whose id is worked out again, never believed', () => {
    const { vkey } = freshSigner()
    const wrongId = vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')
    for (const bad of [wrongId, vkey.replace('edno', 'endo'), 'x', `${vkey}=`, '', vkey.replace('+', ' ')])
      assert.throws(() => noteVerifier(bad), { kind: 'key-malformed' }, bad)
  })

  it('is signed with Ed25519 only, under a name without spaces and plus signs', () => {
    const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })
    assert.throws(() => noteSigner('log', rsa.toString()), { kind: 'key-malformed' })
    assert.throws(() => noteSigner('log', 'no key'), { kind: 'key-malformed' })
    for (const name of ['', 'a b', 'a+b']) assert.throws(() => freshSigner(name), { kind: 'key-malformed' })
  })
})
