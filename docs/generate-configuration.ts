import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Key {
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Key>>
  readonly additionalProperties?: Key | boolean
  readonly $ref?: string
}

/** `docs/configuration.md`: every key of the configuration with its sentence, from its schema. */
export function configurationPage(root: string): string {
  const schema = JSON.parse(readFileSync(join(root, 'schemas', 'config.schema.json'), 'utf8')) as Key & {
    readonly $defs?: Readonly<Record<string, Key>>
  }
  const rows = keysOf(schema, '', (ref) => schema.$defs?.[ref.slice(ref.lastIndexOf('/') + 1)])
  return [
    '<!-- Generated from schemas/config.schema.json by `npm run docs`; do not edit. -->',
    '# Configuration',
    '',
    schema.description ?? '',
    'How the layers add up, and what may be set by the environment: docs/OPERATING.md.',
    '',
    '| key | what it is | form | default |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function keysOf(schema: Key, prefix: string, resolve: (ref: string) => Key | undefined): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, written]) => {
    const key = written.$ref === undefined ? written : { ...resolve(written.$ref), ...written }
    const path = `${prefix}${name}`
    const inner = key.properties === undefined ? [] : keysOf(key, `${path}.`, resolve)
    return [`| \`${path}\` | ${key.description ?? ''} | ${formOf(key)} | ${defaultOf(key)} |`, ...inner]
  })
}

function formOf(key: Key): string {
  if (key.enum !== undefined) return key.enum.join(', ')
  const range =
    key.minimum === undefined && key.maximum === undefined ? '' : ` ${key.minimum ?? ''}–${key.maximum ?? ''}`
  return `${key.type ?? ''}${range}`
}

const defaultOf = (key: Key): string => (key.default === undefined ? '' : `\`${JSON.stringify(key.default)}\``)
