import assert from 'node:assert/strict'
import { readAnswer } from '../../src/message/read-answer.ts'
import { connect } from '../../src/client/connect.ts'
import type { RegistryStatus } from '../../src/model/registry-status.ts'
import type { DevelopmentPki } from '../../src/pki/development-pki.ts'
import { Estate } from '../support/estate.ts'
import { edno } from '../support/processes.ts'

/** The registries sign their answers with the seal of the stand-ins; edno is told whose signature to believe. */
describe('answers that registries sign', function () {
  this.timeout(180_000)
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

  it('by SHA-1 are believed only of a registry that its status and its page of the catalogue name as an exception', async () => {
    estate = await Estate.make({
      answersSignedBy: ({ registrySeal }, registry) => ({
        answerCertificatesFile: registrySeal.certificateFile,
        ...(registry === 'civil-registry' ? { answersBySha1: true } : {}),
      }),
    })
    const { url } = await estate.serve()
    const status = async (registry: string, party: string, ...options: string[]): Promise<string> => {
      const asked = ['registry', 'status', registry, '--party', party, '--url', url, ...options]
      const ended = await edno(asked, estate.variables)
      assert.equal(ended.status, 0, ended.stderr)
      return ended.stdout
    }
    const told = JSON.parse(await status('civil-registry', 'grao', '--json')) as RegistryStatus
    assert.equal(told.answersBySha1, true)
    assert.match(
      await status('civil-registry', 'grao', '--lang', 'en'),
      /signatures: +EXCEPTION: answers signed with SHA-1 are believed too/,
    )
    assert.match(
      await status('civil-registry', 'grao', '--lang', 'bg'),
      /подписи: +ИЗКЛЮЧЕНИЕ: приемат се и отговори, подписани със SHA-1/,
    )
    const other = JSON.parse(await status('vehicle-register', 'mvr', '--json')) as RegistryStatus
    assert.equal(other.answersBySha1, undefined)

    const keys = estate.keysOf('troyan')
    const { http, close } = connect({ url, ca: keys.ca, ...keys.tls }, 'en')
    const page = async (registry: string, language: string): Promise<string> =>
      (await http.get<Buffer>(`/catalogue/${registry}?lang=${language}`)).data.toString()
    const [english, bulgarian, without] = await Promise.all([
      page('civil-registry', 'en'),
      page('civil-registry', 'bg'),
      page('vehicle-register', 'en'),
    ])
    close()
    assert.match(english, /Exception: answers signed with SHA-1/)
    assert.match(bulgarian, /Изключение: приемат се и отговори, подписани със SHA-1/)
    assert.match(without, /<h1/)
    assert.doesNotMatch(without, /SHA-1/)
  })

  it('are not read where somebody else made it, who may well have a certificate of the same authority', async () => {
    const { parts, problems } = await answer(({ registries }) => registries.certificateFile)
    const driver = parts.find(({ call }) => call === 'driver')
    assert.ok(driver?.outcome === 'failed')
    assert.equal(problems.find(({ call }) => call === 'driver')?.code, 'provider.bad-signature')
    assert.equal(driver.evidence, undefined)
  })
})
