import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRoot } from '../../src/config/root.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { capturedRequests, codeIn, CONTEXT, envelopeOf, personArgument, post, textIn, V1 } from '../support/regix.ts'

const KNOWN = '8427029967'
const captured = capturedRequests().find(({ name }) => name.includes('jaxws'))!
/** As the stub in Java was captured; the second about somebody whom the stand-in knows. */
const unknownPerson = captured.body
const knownPerson = Buffer.from(captured.body.toString().replace('7523169263', KNOWN))

/** Grants as shipped, and one for the operation that the captured request asks. */
function grantsWithPersonData(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edno-regix-quirks-'))
  const shipped = join(findRoot(), 'config', 'grants')
  cpSync(shipped, folder, { recursive: true })
  const grant = readFileSync(join(shipped, 'lovech-regix-valid-person.yaml'), 'utf8')
  const other = grant.replaceAll('valid-person', 'person-data').replace('[names]', '[egn, names]')
  writeFileSync(join(folder, 'lovech-regix-person-data.yaml'), other)
  return folder
}

describe('the RegiX door to a consumer whose file tolerates quirks of old clients', function () {
  this.timeout(180_000)
  let grantsFolder: string
  let tolerant: TestApp
  let strict: TestApp
  before(async () => {
    grantsFolder = grantsWithPersonData()
    strict = await testApp({ grantsFolder })
    // Two more lines of `regix`, with which the shipped file ends.
    const lovech = '  lenientNamespaces: true\n  withoutCallId: true'
    tolerant = await testApp({ grantsFolder, partyMembers: { lovech } })
  })
  after(async () => {
    await tolerant.close()
    await strict.close()
    rmSync(grantsFolder, { recursive: true, force: true })
  })

  const ask = (edno: TestApp, body: Uint8Array) => post(edno, body, { ...captured, party: 'lovech' })

  it('answers the request as the official client in Java sends it, and logs that it was read leniently', async () => {
    const answered = await ask(tolerant, knownPerson)
    assert.equal(codeIn(answered), undefined, answered.body.toString())
    assert.equal(answered.status, 200)
    assert.equal(textIn(answered.body.toString(), 'FirstName'), 'Иван')
    assert.equal(textIn(answered.body.toString(), 'EGN'), KNOWN)
    const bent = tolerant.logged.filter((line) => line.includes('was read in another namespace'))
    assert.equal(bent.length, 1)
    assert.doesNotMatch(tolerant.logged.join('\n'), new RegExp(KNOWN))
  })

  it('answers it byte for byte as it was captured: of this person there is no record', async () => {
    const answered = await ask(tolerant, unknownPerson)
    assert.equal(codeIn(answered), undefined, answered.body.toString())
    assert.equal(textIn(answered.body.toString(), 'HasError'), 'false')
    assert.equal(textIn(answered.body.toString(), 'FirstName'), undefined)
  })

  it('refuses it where the file does not say so', async () => {
    const answered = await ask(strict, knownPerson)
    assert.equal(codeIn(answered), 'regix.argument', answered.body.toString())
    assert.deepEqual(
      strict.logged.filter((line) => line.includes('was read in another namespace')),
      [],
    )
  })

  it('is no more lenient than that: a criterion that nobody knows is refused', async () => {
    const argument = personArgument(KNOWN).replace('</ValidPersonRequest>', '<Other>1</Other></ValidPersonRequest>')
    const answered = await post(tolerant, envelopeOf({ argument }), { party: 'lovech' })
    assert.equal(codeIn(answered), 'regix.argument')
  })

  it('leaves ServiceCallID out of answers of V1, for clients of the older WSDL; V2 and others have it', async () => {
    const v1 = envelopeOf({ entry: 'v1', context: CONTEXT })
    const withoutId = await post(tolerant, v1, { path: V1, party: 'lovech' })
    assert.equal(codeIn(withoutId), undefined, withoutId.body.toString())
    assert.equal(textIn(withoutId.body.toString(), 'FirstName'), 'Иван')
    assert.doesNotMatch(withoutId.body.toString(), /ServiceCallID/)
    for (const answered of [
      await post(tolerant, envelopeOf(), { party: 'lovech' }),
      await post(tolerant, v1, { path: V1, party: 'troyan' }),
      await post(strict, v1, { path: V1, party: 'lovech' }),
    ])
      assert.match(textIn(answered.body.toString(), 'ServiceCallID') ?? '', /^[1-9]\d*$/, answered.body.toString())
  })
})
