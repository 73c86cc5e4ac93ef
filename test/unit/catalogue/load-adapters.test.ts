import assert from 'node:assert/strict'
import { cpSync, rmSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { AdapterFault, type CallContext, type RegistryEndpoint } from '../../../src/adapter-kit/adapter.ts'
import { openAdapters } from '../../../src/catalogue/open-adapters.ts'
import { findRoot } from '../../../src/config/root.ts'
import { operationRef } from '../../../src/model/ids.ts'
import { aService, Folder, manifest } from './a-folder.ts'

const PERSON = operationRef('people/person@1')
const ENDPOINT: RegistryEndpoint = { url: 'https://127.0.0.1:1', ca: '', certificate: '', key: '' }
const CONTEXT = {} as CallContext

describe('loading adapters', () => {
  let folder: Folder
  beforeEach(() => {
    folder = new Folder()
  })
  afterEach(() => folder.remove())

  it('knows the operations with their fields, and whose registry it is', async () => {
    const entry = (await folder.load()).operations.get(PERSON)
    assert.deepEqual([entry?.provider, entry?.registryName.bg, entry?.adapter], ['grao', 'Население', 'people'])
    assert.deepEqual([entry?.inputFields, entry?.requiredInput], [['egn'], ['egn']])
    assert.deepEqual([entry?.fields, entry?.lists], [['egn', 'relatives', 'relatives.egn'], ['relatives']])
    assert.deepEqual([entry?.acceptsInput({ egn: '1' }), entry?.acceptsInput({})], [true, false])
    assert.deepEqual([entry?.acceptsEvidence({ egn: '1' }), entry?.acceptsEvidence({ other: 1 })], [true, false])
  })

  it('refuses each broken adapter by its name and reasons, all in one message', async () => {
    folder.write('adapters/garbage/adapter.json', '{ "id": ')
    folder.writeAdapter('other-api', { adapterApi: 2 })
    folder.writeAdapter('no-title', { registry: {} })
    folder.writeAdapter('other-name', { id: 'somebody' })
    folder.writeAdapter('throwing', {}, 'throw new Error("no luck")')
    folder.writeAdapter('empty', {}, 'export default {}')
    folder.writeAdapter('no-schema')
    folder.write('adapters/no-schema/person.v1/input.schema.json', '{ "type": "nonsense" }')
    folder.writeAdapter('no-subject', {
      operations: (manifest() as { operations: object[] }).operations.map((operation) => ({
        ...operation,
        subject: { input: 'egn', answer: 'nowhere.egn', mismatch: 'refuse' },
      })),
    })
    const found = await folder.mistakes()
    const expected: Record<string, RegExp> = {
      garbage: /:\d+: adapter garbage: /,
      'other-api': /:2: adapter other-api: adapterApi is 2; this edno speaks 1/,
      'no-title': /adapter no-title: \/registry must have required property 'name'/,
      'other-name': /:3: adapter other-name: id "somebody" is not the folder's name/,
      throwing: /adapter throwing: cannot be imported: no luck/,
      empty: /adapter empty: its default export is not defineAdapter/,
      'no-schema': /person\.v1\/input\.schema\.json:1: adapter no-schema: person@1: /,
      'no-subject': /adapter\.json:\d{2}: adapter no-subject: person@1: subject\.answer "nowhere\.egn" is no field/,
    }
    for (const [name, words] of Object.entries(expected))
      assert.ok(
        found.some((mistake) => mistake.startsWith(`adapters/${name}/`) && words.test(mistake)),
        `${name} is not among\n${found.join('\n')}`,
      )
  })

  it('says in which file of an operation a mistake stands, and on which line', async () => {
    cpSync(join(findRoot(), 'schemas/sql-map.v1.schema.json'), join(folder.root, 'schemas/sql-map.v1.schema.json'))
    const map = {
      view: 'v.people',
      where: [{ column: 'egn', field: 'egn' }],
      fields: [{ column: 'egn', field: 'egn' }],
      list: { field: 'relatives', fields: [{ column: 'r', field: 'name' }], orderBy: ['r'], most: 5 },
    }
    const told = async (spoilt: object | string): Promise<readonly string[]> => {
      folder.writeAdapter('people', { transport: 'sql' })
      rmSync(join(folder.root, 'adapters/people/index.js'))
      const text = typeof spoilt === 'string' ? spoilt : JSON.stringify({ ...map, ...spoilt }, undefined, 2)
      folder.write('adapters/people/person.v1/sql.json', text)
      return (await folder.mistakes()).filter((mistake) => mistake.includes('person@1'))
    }
    const place = 'adapters/people/person.v1/sql.json'
    const who = 'adapter people: person@1:'
    assert.deepEqual(await told({}), [
      `${place}:20: ${who} /list/fields/0/field "relatives.name" is no field of its schema`,
    ])
    assert.match((await told({ fields: [{ column: 'egn', feld: 'egn' }] })).join(), /sql\.json:10: .* \/fields\/0\/?/)
    assert.match((await told('{\n "view": v\n}')).join(), /sql\.json:2: /)
    folder.writeAdapter('people', { transport: 'sql' })
    folder.write('adapters/people/person.v1/sql.json', '')
    rmSync(join(folder.root, 'adapters/people/index.js'))
    rmSync(join(folder.root, 'adapters/people/person.v1/sql.json'))
    assert.match((await folder.mistakes()).join(), /person\.v1\/sql\.json:1: .*there is no such file/)
  })

  it('does not run the code of one that wants a thread of its own, not even its import', async () => {
    folder.writeAdapter('cars', { isolation: 'worker' }, 'globalThis.wasHere = true; throw new Error("imported")')
    assert.ok((await folder.load()).adapters.has('cars'))
    assert.equal('wasHere' in globalThis, false)
    folder.writeAdapter('cars', {}, 'globalThis.wasHere = true; throw new Error("imported")')
    assert.match((await folder.mistakes()).join(), /cannot be imported: imported/)
  })

  it('does not blame a service for the operations of an adapter that was refused', async () => {
    folder.writeAdapter('people', { adapterApi: 2 })
    folder.write(
      'config/services/a.yaml',
      aService('a', '  a: { operation: people/person@1, input: { egn: application.person.egn } }'),
    )
    assert.equal((await folder.mistakes()).length, 1)
  })

  it('opens those with an endpoint, asks the right handler, and closes them again', async () => {
    const catalogue = await folder.load()
    const { opened } = (await import(pathToFileURL(join(folder.root, 'adapters/people/index.js')).href)) as {
      opened: () => number
    }
    const adapters = await openAdapters(catalogue, new Map([['people', ENDPOINT]]))
    assert.equal(opened(), 1)
    assert.equal((await adapters.ask(PERSON, { egn: '1' }, CONTEXT)).status, 'not-found')
    await adapters[Symbol.asyncDispose]()
    assert.equal(opened(), 0)
  })

  it('has a registry without an endpoint for unavailable', async () => {
    const adapters = await openAdapters(await folder.load(), new Map())
    await assert.rejects(
      adapters.ask(PERSON, { egn: '1' }, CONTEXT),
      (error) => AdapterFault.is(error) && error.kind === 'unavailable',
    )
  })

  it('refuses to start with an adapter that does not open or lacks a handler, and closes the others', async () => {
    folder.writeAdapter(
      'lacking',
      {},
      'export default { open: async () => ({ operations: {}, async [Symbol.asyncDispose]() {} }) }',
    )
    folder.writeAdapter('failing', {}, 'export default { open: async () => { throw new Error("no key") } }')
    const catalogue = await folder.load()
    const endpoints = new Map(['people', 'lacking', 'failing'].map((id) => [id, ENDPOINT]))
    await assert.rejects(openAdapters(catalogue, endpoints), (error) => {
      const { message } = error as Error
      assert.match(message, /adapter lacking: has no handler for person@1/)
      assert.match(message, /adapter failing: cannot be opened: no key/)
      return true
    })
    const { opened } = (await import(pathToFileURL(join(folder.root, 'adapters/people/index.js')).href)) as {
      opened: () => number
    }
    assert.equal(opened(), 0)
  })
})
