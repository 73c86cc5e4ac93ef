import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSigned } from '../../../../src/adapter-kit/soap/check-signed.ts'
import { soapEnvelope } from '../../../../src/adapter-kit/soap/envelope.ts'
import { signEnvelope } from '../../../../src/adapter-kit/soap/ws-security.ts'
import { ensureDevelopmentPki } from '../../../../src/pki/development-pki.ts'
import {
  issueAuthority,
  issueCertificate,
  type KeyedCertificate,
  type KeyType,
} from '../../../../src/pki/issue-certificate.ts'

const QUESTION = soapEnvelope(
  '<FindPermit xmlns="urn:example"><Egn>8427029967</Egn><Note>Й &amp; й</Note></FindPermit>',
)
const NOW = new Date('2026-01-15T12:00:00Z')

async function keyed(keyType: KeyType): Promise<KeyedCertificate> {
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
  const authority = await issueAuthority({ commonName: 'Test authority' }, validity)
  return issueCertificate(authority, { subject: { commonName: 'edno' }, use: 'client', keyType, ...validity })
}

describe('WS-Security', () => {
  let pair: KeyedCertificate
  let signed: string
  before(async () => {
    pair = await keyed('rsa-2048')
    signed = signEnvelope(QUESTION, pair, NOW)
  })

  it('signs body and time stamp with the certificate that it carries', () => {
    assert.equal(isSigned(Buffer.from(signed)), true)
    assert.match(signed, /<wsu:Created>2026-01-15T12:00:00.000Z<\/wsu:Created>/)
    assert.match(signed, /<wsu:Expires>2026-01-15T12:05:00.000Z<\/wsu:Expires>/)
  })

  it('is worth nothing once the body, the time or the token is another', async () => {
    const other = signEnvelope(QUESTION, await keyed('rsa-2048'), NOW)
    const [token = ''] = />([A-Za-z0-9+/=]+)<\/wsse:BinarySecurityToken>/.exec(other) ?? []
    for (const changed of [
      signed.replace('8427029967', '9225219962'),
      signed.replace('12:05:00', '23:05:00'),
      signed.replace(/>[A-Za-z0-9+/=]+<\/wsse:BinarySecurityToken>/, token),
      signed.replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, ''),
      QUESTION,
    ]) {
      assert.notEqual(changed, signed)
      assert.equal(safely(changed), false)
    }
  })

  const safely = (text: string): boolean => {
    try {
      return isSigned(Buffer.from(text))
    } catch {
      return false
    }
  }

  it('takes an RSA key, as the profile does', async () => {
    const elliptic = await keyed('ec-p256')
    assert.throws(() => signEnvelope(QUESTION, elliptic, NOW), { name: 'AdapterFault', kind: 'unavailable' })
  })

  it('signs with the key that edno has in development, so that a SOAP adapter is asked there as its check asks it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edno-wss-'))
    try {
      const { broker } = await ensureDevelopmentPki({ folder: join(folder, 'pki'), parties: [], now: new Date() })
      const certificate = readFileSync(broker.client.certificateFile, 'utf8')
      const key = readFileSync(broker.client.keyFile, 'utf8')
      assert.equal(isSigned(Buffer.from(signEnvelope(QUESTION, { certificate, key }, NOW))), true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('is verified by xmlsec1', function () {
    if (spawnSync('xmlsec1', ['--version']).status !== 0) {
      console.log('      skipped: xmlsec1 is not installed')
      this.skip()
    }
    const folder = mkdtempSync(join(tmpdir(), 'edno-wss-'))
    try {
      writeFileSync(join(folder, 'signed.xml'), signed)
      writeFileSync(join(folder, 'edno.crt'), pair.certificate)
      const verify = (file: string): number | null =>
        spawnSync('xmlsec1', [
          ...[
            '--verify',
            '--pubkey-cert-pem',
            join(folder, 'edno.crt'),
            '--id-attr:Id',
            'Body',
            '--id-attr:Id',
            'Timestamp',
          ],
          join(folder, file),
        ]).status
      assert.equal(verify('signed.xml'), 0)
      writeFileSync(join(folder, 'changed.xml'), signed.replace('8427029967', '9225219962'))
      assert.notEqual(verify('changed.xml'), 0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
