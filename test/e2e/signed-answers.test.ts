import assert from 'node:assert/strict'
import { readAnswer } from '../../src/message/read-answer.ts'
import type { DevelopmentPki } from '../../src/pki/development-pki.ts'
import { Estate } from '../support/estate.ts'

/** The registries sign their answers with the seal of the stand-ins; edno is told whose signature to believe. */
describe('answers that registries sign', function () {
  this.timeout(120_000)
  let estate: Estate
  afterEach(() => estate.close())

  const answer = async (trusted: (pki: DevelopmentPki) => string) => {
    estate = await Estate.make({ answersSignedBy: (pki) => ({ answerCertificatesFile: trusted(pki) }) })
    const { url } = await estate.serve()
    const client = estate.client(url, 'troyan')
    const reply = await client.send(estate.signAs('troyan', 'taxi').bytes)
    client.close()
    assert.ok(reply.kind === 'answer')
    return readAnswer(reply.bytes)
  }

  it('are read where the configured certificate made the signature, and the answer says that they were signed', async () => {
    const { parts, status } = await answer(({ registrySeal }) => registrySeal.certificateFile)
    assert.equal(status, 'complete')
    const signed = parts.filter(({ provenance }) => provenance?.signedByRegistry === true).map(({ call }) => call)
    assert.ok(signed.includes('driver') && signed.includes('trader') && signed.length >= 4, signed.join(', '))
  })

  it('are not read where somebody else made it, who may well have a certificate of the same authority', async () => {
    const { parts, problems } = await answer(({ registries }) => registries.certificateFile)
    const driver = parts.find(({ call }) => call === 'driver')
    assert.ok(driver?.outcome === 'failed')
    assert.equal(problems.find(({ call }) => call === 'driver')?.code, 'provider.bad-signature')
    assert.equal(driver.evidence, undefined)
  })
})
