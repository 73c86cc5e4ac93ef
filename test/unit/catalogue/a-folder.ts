import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Catalogue, loadCatalogue } from '../../../src/catalogue/catalogue.ts'
import { CatalogueRefused } from '../../../src/catalogue/refused.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')

const text = (words: string): object => ({ bg: words, en: words })
export const operation = (id: string, changes: object = {}): object => ({
  id,
  version: 1,
  title: text(id),
  folder: `${id}.v1`,
  idempotent: true,
  timeoutMs: 3000,
  maxConcurrent: 5,
  subject: { input: 'egn', answer: 'egn', mismatch: 'refuse' },
  ...changes,
})
export const manifest = (changes: object = {}): object => ({
  adapterApi: 1,
  id: 'people',
  provider: { id: 'grao', name: text('ГРАО') },
  registry: { name: text('Население') },
  transport: 'rest',
  operations: [operation('person')],
  ...changes,
})
const INPUT = {
  type: 'object',
  required: ['egn'],
  additionalProperties: false,
  properties: { egn: { type: 'string' } },
}
const EVIDENCE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    egn: { type: 'string' },
    relatives: { type: 'array', items: { $ref: '#/$defs/person' } },
  },
  $defs: { person: { type: 'object', properties: { egn: { type: 'string' } } } },
}
const BODY = {
  type: 'object',
  required: ['person'],
  properties: {
    person: { type: 'object', properties: { egn: { type: 'string' } } },
    plates: { type: 'array', items: { type: 'string', format: 'plate' } },
  },
}
const HANDLERS = `const found = () => Promise.resolve({ status: 'not-found', asOf: '2026-01-01', sourceReference: 'r', signedByRegistry: false })
let open = 0
export const opened = () => open
export default { open: () => { open += 1; return Promise.resolve({ operations: { 'person@1': found }, [Symbol.asyncDispose]: () => { open -= 1; return Promise.resolve() } }) } }
`

/** An installation of its own with one adapter (`people/person@1`), to be spoiled by a test. */
export class Folder {
  readonly root = mkdtempSync(join(tmpdir(), 'edno-catalogue-'))

  constructor() {
    for (const name of ['adapter-manifest.v1.schema.json', 'service.v1.schema.json'])
      cpSync(join(REPOSITORY, 'schemas', name), join(this.root, 'schemas', name))
    this.writeJson('schemas/services/a.v1.schema.json', BODY)
    this.writeAdapter('people')
  }

  writeAdapter(name: string, changes: object = {}, index = HANDLERS): void {
    this.writeJson(`adapters/${name}/adapter.json`, manifest({ id: name, ...changes }))
    this.writeJson(`adapters/${name}/person.v1/input.schema.json`, INPUT)
    this.writeJson(`adapters/${name}/person.v1/evidence.schema.json`, EVIDENCE)
    this.write(`adapters/${name}/index.js`, index)
  }

  write(file: string, content: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true })
    writeFileSync(join(this.root, file), content)
  }

  writeJson(file: string, value: object): void {
    this.write(file, JSON.stringify(value, undefined, 2))
  }

  load(): Promise<Catalogue> {
    return loadCatalogue({ root: this.root, legalBases: new Set(['known']) })
  }

  /** `file:line: message` of each mistake. */
  async mistakes(): Promise<readonly string[]> {
    try {
      await this.load()
      return []
    } catch (error) {
      if (!(error instanceof CatalogueRefused)) throw error
      return error.message.split('\n')
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** A service file that is in order, with other calls or checks where a test wants them. */
export const aService = (id: string, calls: string, more: string[] = []): string =>
  [
    `id: ${id}`,
    'version: 1',
    'title: { bg: Услуга, en: Service }',
    'iisda: null',
    ...(more.some((line) => line.startsWith('schema:')) ? [] : ['schema: schemas/services/a.v1.schema.json']),
    ...(more.some((line) => line.startsWith('legalBasis:')) ? [] : ['legalBasis: [known]']),
    ...(more.some((line) => line.startsWith('deadlineMs:')) ? [] : ['deadlineMs: 5000']),
    'calls:',
    calls,
    ...(more.some((line) => line.startsWith('checks:')) ? [] : ['checks: {}']),
    ...more,
    '',
  ].join('\n')
