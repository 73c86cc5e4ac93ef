import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigRefused } from '../../../src/config/config-refused.ts'
import { readApplicantAuthorities } from '../../../src/config/read-applicant-authorities.ts'
import { makePersonAuthority } from '../../support/person-certificates.ts'

describe('the authorities of applicants', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-authorities-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const file = (text: string): string => {
    const path = join(folder, 'authorities.pem')
    writeFileSync(path, text)
    return path
  }

  it('may be several in one file', async () => {
    const text = (await makePersonAuthority()).pem + '\n' + (await makePersonAuthority()).pem
    assert.equal(readApplicantAuthorities(file(text), ['a@1']), text)
  })

  it('may be missing only where no service requires the signature of the applicant', () => {
    assert.equal(readApplicantAuthorities(undefined, []), '')
    assert.throws(() => readApplicantAuthorities(undefined, ['a@1']), ConfigRefused)
  })

  it('are refused where the file is not there, empty, no PEM, or a certificate of a person', async () => {
    const authority = await makePersonAuthority()
    const person = (await authority.issue()).certificatePem
    assert.throws(() => readApplicantAuthorities(join(folder, 'none.pem'), []), ConfigRefused)
    for (const text of [
      '',
      'x',
      '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----',
      authority.pem + person,
    ])
      assert.throws(() => readApplicantAuthorities(file(text), []), ConfigRefused)
  })
})
