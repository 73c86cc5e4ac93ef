import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompactSign,
  type CompactJWSHeaderParameters,
  compactVerify,
  FlattenedSign,
  type FlattenedJWSInput,
  flattenedVerify,
  GeneralSign,
} from 'jose'
import { readApplication } from '../../src/message/read-application.ts'
import { writeJsonAnswer } from '../../src/message/write-answer.ts'
import { writeJsonApplication } from '../../src/message/write-application.ts'
import type { JwsFormat } from '../../src/model/exchange.ts'
import { sealJws } from '../../src/signature/seal-jws.ts'
import { ANSWER_TYPE, verifyJws } from '../../src/signature/verify-jws.ts'
import { directoryOf, makeIdentity, sealerOf, type TestIdentity } from '../support/certificates.ts'
import { sampleAnswer, sampleApplication } from '../support/documents.ts'

const AT = new Date('2026-10-05T06:30:00Z')
const FORMATS: readonly JwsFormat[] = ['jws', 'jws-flattened']
/** Cyrillic and astral text. */
const APPLICATION = sampleApplication({ case: 'ТР-2026 „Изпит“ 🛶 й' })
const PAYLOAD = Buffer.from(writeJsonApplication(APPLICATION))
const UNDERSTOOD = { crit: { sigT: true } }

for (const [kind, algorithms] of [
  ['rsa-2048', ['RS256', 'RS512']],
  ['p-256', ['ES256']],
] as const)
  describe(`JWS by other implementations, ${kind}`, function () {
    this.timeout(180_000)
    let identity: TestIdentity
    let key: KeyObject
    before(async () => {
      identity = await makeIdentity('troyan', kind)
      key = createPrivateKey(identity.privateKeyPem)
    })

    const headerOf = (alg: string): CompactJWSHeaderParameters => ({
      alg,
      typ: 'JOSE',
      x5c: [identity.certificate.raw.toString('base64')],
      'x5t#S256': createHash('sha256').update(identity.certificate.raw).digest('base64url'),
      sigT: '2026-10-05T06:30:00Z',
      crit: ['sigT'],
    })
    const read = (bytes: Uint8Array, format: JwsFormat) =>
      readApplication(verifyJws({ bytes, format }, directoryOf(identity), AT).content, format)
    const joseReads = async (bytes: Uint8Array, format: JwsFormat): Promise<string> => {
      const publicKey = createPublicKey(key)
      const text = Buffer.from(bytes).toString()
      const { payload } =
        format === 'jws'
          ? await compactVerify(text, publicKey, UNDERSTOOD)
          : await flattenedVerify(JSON.parse(text) as FlattenedJWSInput, publicKey, UNDERSTOOD)
      return Buffer.from(payload).toString()
    }

    for (const alg of algorithms) {
      it(`is accepted by us where jose made it, compact (${alg})`, async () => {
        const made = await new CompactSign(PAYLOAD).setProtectedHeader(headerOf(alg)).sign(key, UNDERSTOOD)
        assert.deepEqual(read(Buffer.from(made), 'jws'), APPLICATION)
      })

      it(`is accepted by us where jose made it, flattened (${alg})`, async () => {
        const made = await new FlattenedSign(PAYLOAD).setProtectedHeader(headerOf(alg)).sign(key, UNDERSTOOD)
        assert.deepEqual(read(Buffer.from(JSON.stringify(made)), 'jws-flattened'), APPLICATION)
      })
    }

    it('is refused where jose signed truly, but in another serialisation or with an unprotected header', async () => {
      const header = headerOf(algorithms[0])
      const unprotected = await new FlattenedSign(PAYLOAD)
        .setProtectedHeader(header)
        .setUnprotectedHeader({ kid: '1' })
        .sign(key, UNDERSTOOD)
      const general = await new GeneralSign(PAYLOAD).addSignature(key, UNDERSTOOD).setProtectedHeader(header).sign()
      for (const made of [unprotected, general])
        assert.throws(() => read(Buffer.from(JSON.stringify(made)), 'jws-flattened'), { code: 'signature.structure' })
    })

    for (const format of FORMATS)
      it(`is verified by jose where we made it, and not after a change (${format})`, async () => {
        const json = writeJsonAnswer(sampleAnswer({ format }))
        const bytes = sealJws(json, sealerOf(identity), { format, type: ANSWER_TYPE, at: AT })
        assert.equal(await joseReads(bytes, format), json)
        const payload = Buffer.from(json).toString('base64url')
        const other = Buffer.from(json.replace('partial', 'refused')).toString('base64url')
        const changed = Buffer.from(bytes).toString().replace(payload, other)
        await assert.rejects(() => joseReads(Buffer.from(changed), format), {
          code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
        })
        await assert.rejects(() => compactVerify(Buffer.from(bytes).toString(), createPublicKey(key)))
      })

    describe('the recipes of docs/signatures.md', () => {
      let folder: string
      const page = readFileSync(new URL('../../docs/signatures.md', import.meta.url), 'utf8')
      const recipe = (language: string, word: string): string =>
        [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))]
          .map(([, text = '']) => text)
          .find((text) => text.includes(word)) ?? assert.fail(word)
      before(() => {
        folder = mkdtempSync(join(tmpdir(), 'edno-jws-'))
        writeFileSync(join(folder, 'key.pem'), identity.privateKeyPem)
        writeFileSync(join(folder, 'certificate.pem'), identity.certificatePem)
        writeFileSync(join(folder, 'application.json'), PAYLOAD)
      })
      after(() => rmSync(folder, { recursive: true }))

      it('sign with Node.js alone what we accept', () => {
        writeFileSync(join(folder, 'sign.mjs'), recipe('js', 'x5t#S256'))
        const made = execFileSync(process.execPath, ['sign.mjs', 'application.json', 'certificate.pem', 'key.pem'], {
          cwd: folder,
        })
        assert.deepEqual(read(made, 'jws'), APPLICATION)
      })

      // For P-256 openssl writes DER.
      if (kind === 'p-256') return
      it('sign with openssl alone what we accept', () => {
        writeFileSync(join(folder, 'sign.sh'), recipe('sh', 'x5t#S256'))
        execFileSync('sh', ['sign.sh'], { cwd: folder })
        assert.deepEqual(read(readFileSync(join(folder, 'application.jose')), 'jws'), APPLICATION)
      })
    })
  })
