import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkpointText, openCheckpoint, readCheckpoint, signCheckpoint } from '../../../src/exchange-log/checkpoint.ts'
import { EMPTY_ROOT } from '../../../src/exchange-log/merkle.ts'
import { noteVerifier } from '../../../src/exchange-log/note.ts'
import { freshSigner, ORIGIN } from './keys.ts'

const ROOT = 'd4dcg/4PBRq/e82TFHMFqllB5smxQd6tLCOSbC+kmP0='

describe('a checkpoint', () => {
  it('is three lines: origin, size, root', () => {
    const checkpoint = { origin: ORIGIN, size: 70_123, root: Buffer.from(ROOT, 'base64') }
    assert.equal(checkpointText(checkpoint), `${ORIGIN}\n70123\n${ROOT}\n`)
    assert.deepEqual(readCheckpoint(checkpointText(checkpoint)), checkpoint)
    assert.match(checkpointText({ origin: ORIGIN, size: 0, root: EMPTY_ROOT }), /^0\n47DEQpj8HBSa\+\/TImW\+5JCeu/m)
  })

  it('is refused in any other form, and with a size that a double cannot hold', () => {
    const sizes = ['070', '-1', '1.0', '1e3', '', ' 1', '9007199254740992', '18446744073709551615']
    for (const size of sizes)
      assert.throws(() => readCheckpoint(`${ORIGIN}\n${size}\n${ROOT}\n`), { kind: 'checkpoint-malformed' }, size)
    for (const text of [
      `${ORIGIN}\n1\n${ROOT}`,
      `${ORIGIN}\n1\n${ROOT}\nmore\n`,
      `\n1\n${ROOT}\n`,
      `${ORIGIN}\n1\nAAAA\n`,
    ])
      assert.throws(() => readCheckpoint(text), { kind: 'checkpoint-malformed' }, text)
  })

  it('opens for its own log only', () => {
    const [log, other] = [freshSigner(), freshSigner('other.example.bg/log')]
    const checkpoint = { origin: ORIGIN, size: 5, root: EMPTY_ROOT }
    assert.equal(openCheckpoint(signCheckpoint(checkpoint, [log]), noteVerifier(log.vkey)).size, 5)
    assert.throws(() => openCheckpoint(signCheckpoint(checkpoint, [other]), noteVerifier(other.vkey)), {
      kind: 'checkpoint-origin',
    })
  })

  it('verifies with OpenSSL alone', function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'edno-note-'))
    try {
      const log = freshSigner()
      const note = signCheckpoint({ origin: ORIGIN, size: 5, root: EMPTY_ROOT }, [log])
      const [body = '', signatureLine = ''] = note.split('\n\n')
      const key = Buffer.from(log.vkey.split('+').slice(2).join('+'), 'base64').subarray(1)
      const file = (name: string, bytes: string | Uint8Array): string => {
        writeFileSync(join(folder, name), bytes)
        return join(folder, name)
      }
      const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key])
      execFileSync('openssl', [
        'pkey',
        '-pubin',
        '-inform',
        'DER',
        '-in',
        file('der', der),
        '-out',
        join(folder, 'pem'),
      ])
      const signature = Buffer.from(signatureLine.trim().split(' ')[2] ?? '', 'base64').subarray(4)
      const verify = (text: string): number | null =>
        spawnSync('openssl', [
          ...['pkeyutl', '-verify', '-pubin', '-inkey', join(folder, 'pem'), '-rawin'],
          ...['-in', file('body', text), '-sigfile', file('sig', signature)],
        ]).status
      assert.equal(verify(`${body}\n`), 0)
      assert.notEqual(verify(`${body.replace('5', '6')}\n`), 0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
