import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readExamples } from '../../src/adapter-kit/examples.ts'
import { readFields } from '../../src/adapter-kit/regix/read-fields.ts'
import { writeFields } from '../../src/adapter-kit/regix/write-fields.ts'
import { type Catalogue, loadCatalogue } from '../../src/catalogue/catalogue.ts'
import type { RegixEntry } from '../../src/catalogue/entries.ts'
import { findRoot } from '../../src/config/root.ts'
import type { Json } from '../../src/model/json.ts'
import { readArgument } from '../../src/regix-door/read-argument.ts'
import { writeResponse } from '../../src/regix-door/write-response.ts'

/** Of the ships’ register two generations are published: edno speaks the one of the catalogue, the table names the contract's. */
const OF_THE_CATALOGUE = /\.IVesselsAPI\.Registration/

const ROOT = findRoot()
const LEGAL_BASES = new Set(['zavp-24a', 'water-demo', 'zmdt-52'])

type Row = readonly [string, string, string, string, string, string, string]

describe('the operations of RegiX that edno asks and answers', function () {
  this.timeout(60_000)
  let catalogue: Catalogue
  let published: ReadonlyMap<string, Row>
  before(async () => {
    catalogue = await loadCatalogue({ root: ROOT, legalBases: LEGAL_BASES })
    const table = readFileSync(join(ROOT, 'schemas/regix/operations.json'), 'utf8')
    const { operations } = JSON.parse(table) as { readonly operations: readonly Row[] }
    published = new Map(operations.map((row) => [row[0], row]))
  })

  const folderOf = ({ operation }: RegixEntry): string => {
    const [, id = '', name = '', version = ''] = /^(.*)\/(.*)@(.*)$/.exec(operation) ?? []
    return join(ROOT, 'adapters', id, `${name}.v${version}`)
  }
  const said = (name: string): string => (name === '(none)' ? '' : name)

  it('have the published names, elements and namespaces', () => {
    for (const [name, { map }] of catalogue.regix) {
      const row = published.get(name)
      assert.ok(row, `${name} is not published`)
      const [, , type, ask, askNamespace, answer, answerNamespace] = row
      if (OF_THE_CATALOGUE.test(name)) continue
      const { request, response } = map
      assert.deepEqual([request.root, request.namespace], [ask, said(askNamespace)], name)
      assert.deepEqual([response.root, response.namespace], [answer, said(answerNamespace)], name)
      assert.equal(response.type, type, name)
    }
  })

  it('are one adapter’s alone', () => {
    const operations = [...catalogue.regix.values()].map(({ operation }) => operation)
    assert.equal(new Set(operations).size, operations.length)
  })

  it('are read at the door as they are asked of the registry', () => {
    for (const entry of catalogue.regix.values()) {
      const { map, input } = entry
      if (map.request.fields.some(({ transform }) => transform !== undefined)) continue
      for (const example of readExamples(folderOf(entry))) {
        const asked = writeFields(example.input, map.request)
        const read = readArgument(asked, { map, input, lenient: false })
        assert.deepEqual(read, { input: example.input, bent: false }, `${entry.operation} ${example.file}`)
      }
    }
  })

  it('are answered at the door in words that read as the registry’s own', () => {
    for (const entry of catalogue.regix.values())
      for (const { file, evidence } of readExamples(folderOf(entry)))
        if (evidence !== undefined) {
          const answer = writeResponse(entry.map, evidence as Json)
          assert.deepEqual(readFields(answer, entry.map.response), evidence, `${entry.operation} ${file}`)
        }
  })
})
