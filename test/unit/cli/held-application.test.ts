import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applicationBeside } from '../../../src/cli/held-application.ts'

const XML = '<Application>one</Application>'
const COMPACT = 'one.two.three'
const FLATTENED = '{"payload":"one"}'

const digest = (text: string): string => createHash('sha256').update(text).digest('base64')
const encoded = (text: string): string => Buffer.from(text).toString('base64url')
const answerTo = (application: string): string =>
  `<Answer><RequestDigest>${digest(application)}</RequestDigest></Answer>`
const jws = (application: string): string =>
  `e30.${encoded(JSON.stringify({ requestDigest: digest(application) }))}.c2ln`

describe('the application beside an answer', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-beside-'))
    writeFileSync(join(folder, 'application.xml'), XML)
    writeFileSync(join(folder, 'application.jose'), COMPACT)
    writeFileSync(join(folder, 'application.jose.json'), FLATTENED)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const found = (answer: string): string | undefined => applicationBeside(Buffer.from(answer), folder)?.file

  it('is the one whose digest the answer names, in whichever form the two are', () => {
    assert.equal(found(answerTo(FLATTENED)), join(folder, 'application.jose.json'))
    assert.equal(found(jws(XML)), join(folder, 'application.xml'))
    const flattened = JSON.stringify({ payload: jws(COMPACT).split('.')[1], signature: 'c2ln' })
    assert.equal(found(flattened), join(folder, 'application.jose'))
  })

  it('is the one in the form of the answer, where the answer names none of them', () => {
    assert.equal(found(answerTo('another')), join(folder, 'application.xml'))
    assert.equal(found(jws('another')), join(folder, 'application.jose'))
    assert.equal(found('{"payload":"","signature":""}'), join(folder, 'application.jose.json'))
  })

  it('is any that is there, and none where there is none', () => {
    rmSync(join(folder, 'application.jose'))
    rmSync(join(folder, 'application.jose.json'))
    assert.equal(found(jws('another')), join(folder, 'application.xml'))
    rmSync(join(folder, 'application.xml'))
    assert.equal(found(jws('another')), undefined)
  })
})
