import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accessClient } from '../../src/client/access.ts'
import { applicationOf } from '../../src/cli/compose.ts'
import { writeApplication } from '../../src/message/write-application.ts'
import { fileSealer, sealXml } from '../../src/signature/seal-xml.ts'
import { type Made, makeAuthority, makeLeaf } from '../support/chains.ts'
import { Estate, type Serving, until } from '../support/estate.ts'
import { ROOT } from '../support/processes.ts'

const DAY_MS = 86_400_000
const REFUSED = 'a changed file is refused'

/** A real process, whose files and signals are those that an operator has. */
describe('the rules of an edno that runs', function () {
  this.timeout(240_000)
  let estate: Estate
  let serving: Serving
  before(async () => {
    estate = await Estate.make({ deadlinesMs: {}, operations: { 'vehicle-register/registration@1': {} } })
    const file = join(estate.folder, 'config.json')
    const settings = JSON.parse(readFileSync(file, 'utf8')) as { governance: object }
    for (const name of ['parties', 'trust'])
      cpSync(join(ROOT, 'config', name), join(estate.folder, name), { recursive: true })
    mkdirSync(join(estate.folder, 'trust'), { recursive: true })
    const governance = { ...settings.governance, partiesFolder: place('parties'), trustFolder: place('trust') }
    writeFileSync(file, JSON.stringify({ ...settings, governance }))
    serving = await estate.serve()
  })
  after(() => estate.close())

  const place = (...names: string[]): string => join(estate.folder, ...names)
  const change = (file: string, from: string | RegExp, to: string): (() => void) => {
    const text = readFileSync(file, 'utf8')
    assert.notEqual(text.replace(from, to), text)
    writeFileSync(file, text.replace(from, to))
    return () => writeFileSync(file, text)
  }
  const codeOf = async (bytes: Uint8Array, party = 'troyan'): Promise<string> => {
    const reply = await estate.client(serving.url, party).send(bytes)
    return reply.kind === 'answer' ? String(reply.status) : reply.problem.code
  }
  const asked = (): Promise<string> => codeOf(estate.sign('taxi').bytes)
  const saidTimes = (text: string): number => (serving.stdout() + serving.stderr()).split(text).length - 1
  const services = async (): Promise<string> => {
    const keys = estate.keysOf('troyan')
    const client = accessClient({ url: serving.url, ca: keys.ca, ...keys.tls })
    try {
      return JSON.stringify(await client.services())
    } finally {
      client.close()
    }
  }
  /** An application of Видин, signed with a key of its own. */
  const signedWith = ({ pem, keyPem }: Made): Uint8Array => {
    const application = applicationOf({ ...estate.scenario('taxi'), party: 'vidin' }, [], new Date())
    return sealXml(writeApplication(application), fileSealer(pem, keyPem))
  }

  it('are all taken, or none: also where the one that is right was changed with one that is wrong', async () => {
    assert.equal(await asked(), '200')
    // A change of the owner's that is refused with another file's mistake is not read again before a file changes.
    const service = place('services', 'taxi-permit.yaml')
    const mend = change(service, /^calls:/m, 'callings:')
    const restore = change(place('parties', 'troyan.yaml'), 'state: active', 'state: suspended')
    await serving.said(REFUSED)
    assert.equal(await asked(), '200', 'nothing of it is in force')
    mend()
    serving.kill('SIGHUP')
    await serving.said('the files were read again')
    assert.equal(await asked(), 'access.suspended')
    assert.match(serving.stdout() + serving.stderr(), /party troyan changed: state/)
    restore()
    await until('the file is seen without a signal', async () => (await asked()) === '200')
  })

  it('keep what they were where a service is wrong, and are the new service where it is right', async () => {
    const file = place('services', 'taxi-permit.yaml')
    const before = await services()
    const refused = saidTimes(REFUSED)
    const mend = change(file, /^calls:/m, 'callings:')
    serving.kill('SIGHUP')
    await until('the mistake is told', () => saidTimes(REFUSED) > refused)
    assert.equal(await services(), before)
    assert.equal(await asked(), '200')
    mend()
    change(file, /en: [^}\n]+/, 'en: A permit of another name')
    serving.kill('SIGHUP')
    await until('the service is another', async () => (await services()).includes('A permit of another name'))
    assert.match(serving.stdout() + serving.stderr(), /service taxi-permit@1 changed: title/)
    assert.equal(await asked(), '200')
  })

  it('believe a new authority from then on, and none that is left out while a party needs it', async () => {
    const span = { from: new Date(Date.now() - DAY_MS), until: new Date(Date.now() + 90 * DAY_MS) }
    const issuer = await makeAuthority('Another authority NOT FOR PRODUCTION', span)
    const seal = await makeLeaf('Видин', { issuer, ...span })
    assert.match(await codeOf(signedWith(seal), 'vidin'), /^signature\./)
    writeFileSync(place('vidin-seal.crt'), seal.pem)
    change(place('parties', 'vidin.yaml'), /seal: \[.*\]/, 'seal: [vidin-seal.crt]')
    const refused = saidTimes(REFUSED)
    serving.kill('SIGHUP')
    await until('the certificate of nobody’s authority is told', () => saidTimes(REFUSED) > refused)
    writeFileSync(place('trust', 'another.crt'), issuer.pem)
    writeFileSync(
      place('trust', 'another.yaml'),
      'id: another\nname: { bg: Друг, en: Another }\nanchors: [another.crt]\nrevocation: { policy: none }\n',
    )
    serving.kill('SIGHUP')
    await until('the authority is believed', async () => !/^signature\./.test(await codeOf(signedWith(seal), 'vidin')))
    assert.match(serving.stdout() + serving.stderr(), /the authorities in the trust folder were written/)
    const again = saidTimes(REFUSED)
    rmSync(place('trust', 'another.yaml'))
    serving.kill('SIGHUP')
    await until('it cannot be left out', () => saidTimes(REFUSED) > again)
    assert.doesNotMatch(await codeOf(signedWith(seal), 'vidin'), /^signature\./)
  })
})
