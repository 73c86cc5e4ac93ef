import { OPERATION, PERSONS, RECORDS, type Template, type TemplateFiles } from './template.ts'

export const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

const WIRES = { rest: 'rest', soap: 'soap', regix: 'regix-v2', sql: 'sql' } as const

/** What every adapter has: manifest, schemas, examples. */
export function commonFiles(template: Template): TemplateFiles {
  const { name, transport, schemas } = template
  return {
    'adapter.json': {
      $schema: `${schemas}/adapter-manifest.v1.schema.json`,
      adapterApi: 1,
      id: name,
      provider: { id: `${name}-owner`, name: { bg: `Администрация, която води ${name}`, en: `Owner of ${name}` } },
      registry: { name: { bg: `Регистър ${name}`, en: `Register ${name}` } },
      transport: WIRES[transport],
      limits: { concurrency: 10, perSecond: 20 },
      operations: [
        {
          id: 'permit',
          version: 1,
          title: { bg: 'Справка за разрешение на лице', en: 'Permit of a person' },
          folder: OPERATION,
          idempotent: true,
          timeoutMs: 2000,
          maxConcurrent: 5,
          subject: { input: 'egn', answer: 'egn', mismatch: 'refuse' },
        },
      ],
    },
    ...SCHEMAS,
    ...Object.fromEntries(
      RECORDS.map((evidence, index) => [
        `${OPERATION}/examples/${index === 0 ? 'found' : 'found-expired'}.json`,
        { input: { egn: evidence.egn }, status: 'found', evidence },
      ]),
    ),
    [`${OPERATION}/examples/not-found.json`]: { input: { egn: PERSONS.unknown }, status: 'not-found' },
    'package.json': {
      name: `edno-adapter-${name}`,
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: { test: 'node --test' },
      peerDependencies: { edno: '*' },
    },
    'conformance.test.js': TEST,
  }
}

const SCHEMAS: TemplateFiles = {
  [`${OPERATION}/input.schema.json`]: {
    $schema: DRAFT,
    title: 'Whom the question is about',
    type: 'object',
    required: ['egn'],
    additionalProperties: false,
    properties: { egn: { type: 'string', format: 'egn', title: 'ЕГН', 'x-title-en': 'Personal number (ЕГН)' } },
  },
  [`${OPERATION}/evidence.schema.json`]: {
    $schema: DRAFT,
    title: 'A permit; every member but its holder may be withheld',
    type: 'object',
    required: ['egn'],
    additionalProperties: false,
    properties: {
      egn: { type: 'string', format: 'egn', title: 'ЕГН', 'x-title-en': 'Personal number (ЕГН)' },
      number: { type: 'string', maxLength: 100, title: 'Номер', 'x-title-en': 'Number' },
      holder: { type: 'string', maxLength: 500, title: 'Имена', 'x-title-en': 'Names' },
      validUntil: { type: 'string', format: 'date', title: 'Валидно до', 'x-title-en': 'Valid until' },
      active: { type: 'boolean', title: 'В сила', 'x-title-en': 'In force' },
    },
  },
}

const TEST = `import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import { test } from 'node:test'

/** Where edno is: \`EDNO=/path/to/edno/dist/src/cli/main.js npm test\`, or an edno that npx finds. */
const edno = process.env.EDNO
const [command, ...args] = edno === undefined ? ['npx', 'edno'] : [process.execPath, edno]

test('the adapter does all that edno relies on', () => {
  const check = ['adapter', 'check', import.meta.dirname, '--reporter', 'tap']
  const { status, stdout, stderr } = spawnSync(command, [...args, ...check], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})
`
