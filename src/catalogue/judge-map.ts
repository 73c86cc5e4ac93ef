import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OperationManifest, Transport } from '../adapter-kit/adapter.ts'
import { isMapped, MAP_FILES } from '../adapter-kit/read-map.ts'
import type { RegixMap } from '../adapter-kit/regix/regix-map.ts'
import type { RestMap } from '../adapter-kit/rest/rest-map.ts'
import type { SqlMap } from '../adapter-kit/sql/sql-map.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { lineOfBreak } from '../schema/json.ts'
import type { SchemaMistake } from '../schema/mistake.ts'
import { lineIn, type LocatedMistake } from '../schema/read-yaml.ts'
import { reasonOf, type SchemaFile } from './read-schema-file.ts'

export interface MappedOperation {
  /** Of edno, with `schemas/`. */
  readonly root: string
  /** Absolute, of the operation. */
  readonly folder: string
  readonly transport: Transport
  readonly idempotent: boolean
  readonly subject: OperationManifest['subject']
  readonly input: SchemaFile
  readonly evidence: SchemaFile
}

/** What is wrong with the map of an operation, and where; nothing where its adapter needs none, and has none. */
export function mapMistakes(operation: MappedOperation, needed: boolean): readonly LocatedMistake[] {
  const { root, folder, transport } = operation
  if (!isMapped(transport)) return []
  const file = join(folder, MAP_FILES[transport])
  if (!existsSync(file))
    return needed ? [{ file, line: 1, message: 'there is no such file, and no index file instead' }] : []
  const text = readFileSync(file, 'utf8')
  try {
    const map: unknown = JSON.parse(text)
    const judge = judgeOf(join(root, 'schemas', MAP_FILES[transport].replace('.json', '-map.v1.schema.json')))
    const mistakes = judge(map)
    return (mistakes.length > 0 ? mistakes : fieldMistakes(map, operation)).map(({ pointer, message }) => ({
      file,
      line: lineIn(file, pointer),
      message: `${pointer === '' ? '/' : pointer} ${message}`,
    }))
  } catch (error) {
    return [{ file, line: lineOfBreak(text), message: reasonOf(error) }]
  }
}

const fieldMistakes = (map: unknown, operation: MappedOperation): readonly SchemaMistake[] => [
  ...strayFields(map, operation).map(({ field, pointer }) => ({
    pointer,
    message: `"${field}" is no field of its schema`,
  })),
  ...laterMistakes(map, operation),
  ...subjectMistakes(map, operation),
]

/** Where the map asks: its lines, below which pointer. */
const QUESTIONS = { 'regix-v2': '/request/fields', rest: '/question', sql: '/where' } as const

/** A question that does not say about whom it is, or says it where the manifest says that it is about nobody. */
function subjectMistakes(map: unknown, { transport, subject, input }: MappedOperation): readonly SchemaMistake[] {
  if (!isMapped(transport)) return []
  const pointer = QUESTIONS[transport]
  const asked = fieldsOf(questionOf(map, transport), pointer)
  if (subject === 'none')
    return asked
      .filter(({ field }) => !input.paths.all.has(field))
      .map((line) => ({
        pointer: line.pointer,
        message: `"${line.field}" is asked for, which is no input field, and the manifest says that the operation has no subject`,
      }))
  if (asked.some(({ field }) => field === subject.input)) return []
  const message = `no line asks for "${subject.input}", by which the manifest says whom the question is about`
  return [{ pointer, message }]
}

function questionOf(map: unknown, transport: keyof typeof QUESTIONS): readonly Line[] {
  if (transport === 'regix-v2') return (map as RegixMap).request.fields
  return transport === 'rest' ? (map as RestMap).question : (map as SqlMap).where
}

/** Where edno ends before the number of a promise is written down, the question is put again. */
const laterMistakes = (map: unknown, { transport, idempotent }: MappedOperation): readonly SchemaMistake[] =>
  transport === 'regix-v2' && (map as RegixMap).asynchronous === true && !idempotent
    ? [{ pointer: '/asynchronous', message: 'an operation that answers later must be idempotent' }]
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
  /** Absent of what the map writes by itself. */
  readonly field?: string | undefined
  readonly each?: readonly Line[]
}

interface Named {
  readonly field: string
  readonly pointer: string
}

/** Fields that neither the question nor the evidence has. Maps of RegiX also name what only a stand-in writes. */
function strayFields(map: unknown, { transport, input, evidence }: MappedOperation): readonly Named[] {
  if (transport === 'regix-v2') return []
  const { asked, told } = transport === 'rest' ? restFields(map as RestMap) : sqlFields(map as SqlMap)
  return [
    ...asked.filter(({ field }) => !input.paths.all.has(field)),
    ...told.filter(({ field }) => !evidence.paths.all.has(field)),
  ]
}

interface Fields {
  readonly asked: readonly Named[]
  readonly told: readonly Named[]
}

const restFields = ({ question, answer }: RestMap): Fields => ({
  asked: fieldsOf(question, '/question'),
  told: fieldsOf(answer.fields, '/answer/fields'),
})

const sqlFields = ({ where, fields, list }: SqlMap): Fields => ({
  asked: fieldsOf(where, '/where'),
  told: [
    ...fieldsOf(fields, '/fields'),
    ...(list === undefined
      ? []
      : [{ field: list.field, pointer: '/list/field' }, ...fieldsOf(list.fields, '/list/fields', `${list.field}.`)]),
  ],
})

const fieldsOf = (lines: readonly Line[], pointer: string, above = ''): readonly Named[] =>
  lines.flatMap(({ field, each = [] }, index) =>
    field === undefined
      ? []
      : [
          { field: `${above}${field}`, pointer: `${pointer}/${index}/field` },
          ...fieldsOf(each, `${pointer}/${index}/each`, `${above}${field}.`),
        ],
  )
