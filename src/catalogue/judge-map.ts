import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Transport } from '../adapter-kit/adapter.ts'
import { isMapped, MAP_FILES } from '../adapter-kit/read-map.ts'
import type { RegixMap } from '../adapter-kit/regix/regix-map.ts'
import type { RestMap } from '../adapter-kit/rest/rest-map.ts'
import type { SqlMap } from '../adapter-kit/sql/sql-map.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { reasonOf, type SchemaFile } from './read-schema-file.ts'

export interface MappedOperation {
  /** Of edno, with `schemas/`. */
  readonly root: string
  /** Absolute, of the operation. */
  readonly folder: string
  readonly transport: Transport
  readonly idempotent: boolean
  readonly input: SchemaFile
  readonly evidence: SchemaFile
}

/** What is wrong with the map of an operation; nothing where its adapter needs none, and has none. */
export function mapMistakes(operation: MappedOperation, needed: boolean): readonly string[] {
  const { root, folder, transport } = operation
  if (!isMapped(transport)) return []
  const file = MAP_FILES[transport]
  if (!existsSync(join(folder, file)))
    return needed ? [`${file}: there is no such file, and no index file instead`] : []
  try {
    const map: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    const mistakes = judgeOf(join(root, 'schemas', file.replace('.json', '-map.v1.schema.json')))(map)
    if (mistakes.length > 0)
      return mistakes.map(({ pointer, message }) => `${file}: ${pointer === '' ? '/' : pointer} ${message}`)
    return [
      ...strayFields(map, operation).map((field) => `${file}: "${field}" is no field of its schema`),
      ...laterMistakes(map, operation).map((why) => `${file}: ${why}`),
    ]
  } catch (error) {
    return [`${file}: ${reasonOf(error)}`]
  }
}

/** Where edno ends before the number of a promise is written down, the question is put again. */
const laterMistakes = (map: unknown, { transport, idempotent }: MappedOperation): readonly string[] =>
  transport === 'regix-v2' && (map as RegixMap).asynchronous === true && !idempotent
    ? ['an operation that answers later must be idempotent']
    : []

type Judge = ReturnType<typeof compileSchema>

/** By file. There are three schemas of maps, edno's own, and as many maps as there are operations. */
const judges = new Map<string, Judge>()

function judgeOf(file: string): Judge {
  const judge = judges.get(file) ?? compileSchema(pathToFileURL(file))
  judges.set(file, judge)
  return judge
}

interface Line {
  readonly field: string
  readonly each?: readonly Line[]
}

/** Fields that neither the question nor the evidence has. Maps of RegiX also name what only a stand-in writes. */
function strayFields(map: unknown, { transport, input, evidence }: MappedOperation): readonly string[] {
  if (transport === 'regix-v2') return []
  const asked = transport === 'rest' ? (map as RestMap).question : (map as SqlMap).where
  const told = transport === 'rest' ? fieldsOf((map as RestMap).answer.fields) : sqlFields(map as SqlMap)
  return [
    ...fieldsOf(asked).filter((field) => !input.paths.all.has(field)),
    ...told.filter((field) => !evidence.paths.all.has(field)),
  ]
}

const fieldsOf = (lines: readonly Line[], above = ''): readonly string[] =>
  lines.flatMap(({ field, each = [] }) => [`${above}${field}`, ...fieldsOf(each, `${above}${field}.`)])

const sqlFields = ({ fields, list }: SqlMap): readonly string[] =>
  fieldsOf([...fields, ...(list === undefined ? [] : [{ field: list.field, each: list.fields }])])
