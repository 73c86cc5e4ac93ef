import assert from 'node:assert/strict'
import { forwardedCertificate } from '../../../src/pki/forwarded-certificate.ts'
import { type TestLeaf, testPki } from '../../support/pki.ts'

describe('a certificate in a header', () => {
  let leaf: TestLeaf
  let other: TestLeaf
  before(async () => {
    const pki = await testPki()
    leaf = await pki.leaf('consumer', { use: 'client' })
    other = await pki.leaf('other', { use: 'client' })
  })
  const pem = (): string => `${leaf.certificate.trim()}\n`
  const base64 = (): string => pem().split('\n').slice(1, -2).join('')
  const wrap = (text: string): string => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`
  const der = (): Buffer => Buffer.from(base64(), 'base64')

  it('has the digest that the same certificate has on a connection', () => {
    assert.equal(forwardedCertificate(encodeURIComponent(pem()))?.sha256, leaf.read.sha256)
  })

  const rows: readonly (readonly [string, () => string])[] = [
    ['nothing', () => ''],
    ['no certificate', () => encodeURIComponent(wrap('AAAA'))],
    ['a broken escape', () => `${encodeURIComponent(pem())}%E0%A4%A`],
    ['text before it', () => encodeURIComponent(`x${pem()}`)],
    ['text after it', () => encodeURIComponent(`${pem()}x`)],
    ['a second certificate', () => encodeURIComponent(pem() + other.certificate)],
    ['carriage returns', () => encodeURIComponent(pem().replaceAll('\n', '\r\n'))],
    [
      'octets after the certificate',
      () =>
        encodeURIComponent(
          wrap(
            Buffer.concat([der(), Buffer.from([0])])
              .toString('base64')
              .match(/.{1,64}/g)!
              .join('\n'),
          ),
        ),
    ],
    [
      'base64 that is not canonical',
      () =>
        encodeURIComponent(
          wrap(
            `${base64()
              .match(/.{1,64}/g)!
              .join('\n')}====`,
          ),
        ),
    ],
    [
      'half of it',
      () =>
        encodeURIComponent(
          wrap(
            der()
              .subarray(0, 200)
              .toString('base64')
              .match(/.{1,64}/g)!
              .join('\n'),
          ),
        ),
    ],
    ['a private key', () => encodeURIComponent(leaf.key)],
    [
      'more than any certificate',
      () =>
        encodeURIComponent(
          wrap(
            'A'
              .repeat(20_000)
              .match(/.{1,64}/g)!
              .join('\n'),
          ),
        ),
    ],
  ]
  for (const [title, make] of rows)
    it(`is not read from ${title}`, () => assert.equal(forwardedCertificate(make()), undefined))
})
