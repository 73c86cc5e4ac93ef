import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NewTransport } from '../../src/cli/adapter/template/template.ts'
import { NewAdapter } from './new-adapter.ts'

type Json = Record<string, unknown>
type Line = { readonly field?: string }

const OPERATION = 'permit.v1'
const withoutEgn = (lines: readonly Line[]): readonly Line[] => lines.filter(({ field }) => field !== 'egn')

/** The adapter that `edno adapter new` writes, about nobody: `subject` is "none", nothing is asked with, and nobody is named. */
export class CodeList {
  readonly made: NewAdapter

  private constructor(made: NewAdapter) {
    this.made = made
  }

  static async write(transport: Exclude<NewTransport, 'soap'>): Promise<CodeList> {
    const list = new CodeList(await NewAdapter.write('code-lists', transport))
    list.setSubject('none')
    list.edit(`${OPERATION}/input.schema.json`, ({ required: _, ...schema }) => ({ ...schema, properties: {} }))
    list.edit(`${OPERATION}/evidence.schema.json`, ({ required: _, ...schema }) => {
      const { egn: _egn, ...properties } = schema['properties'] as Json
      return { ...schema, properties }
    })
    list.edit(`${OPERATION}/examples/found.json`, ({ evidence, ...example }) => {
      const { egn: _egn, ...codes } = evidence as Json
      return { ...example, input: {}, evidence: codes }
    })
    for (const other of ['found-expired', 'not-found'])
      rmSync(join(list.made.folder, OPERATION, 'examples', `${other}.json`))
    MAPS[transport](list)
    return list
  }

  setSubject(subject: unknown): void {
    this.edit('adapter.json', (manifest) => {
      const [operation] = manifest['operations'] as Json[]
      return { ...manifest, operations: [{ ...operation, subject }] }
    })
  }

  edit(file: string, change: (content: Json) => Json): void {
    const path = join(this.made.folder, file)
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Json), undefined, 2))
  }
}

const MAPS: Readonly<Record<Exclude<NewTransport, 'soap'>, (list: CodeList) => void>> = {
  rest: (list) => {
    list.edit(`${OPERATION}/rest.json`, (map) => {
      const answer = map['answer'] as { fields: Line[] }
      return { ...map, question: [], answer: { ...answer, fields: withoutEgn(answer.fields) } }
    })
    list.edit(
      `${OPERATION}/answer.schema.json`,
      (schema) => JSON.parse(JSON.stringify(schema).replace('"egn","names"', '"names"')) as Json,
    )
  },
  regix: (list) =>
    list.edit(`${OPERATION}/regix.json`, (map) => {
      const [request, response] = [map['request'] as Json, map['response'] as { fields: Line[] }]
      return {
        ...map,
        request: { ...request, fields: [] },
        response: { ...response, fields: withoutEgn(response.fields) },
      }
    }),
  sql: (list) =>
    list.edit(`${OPERATION}/sql.json`, (map) => ({
      ...map,
      where: [],
      fields: withoutEgn(map['fields'] as Line[]),
    })),
}
