import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { MistakeList, readDocument, readFolder } from '../../../src/policy/read-documents.ts'

describe('documents that people write', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-documents-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const told = (mistakes: MistakeList): readonly string[] =>
    mistakes.all().map(({ file, line, message }) => `${file.slice(folder.length)}:${line} ${message}`)
  const folderRead = (): { ids: readonly string[]; mistakes: readonly string[] } => {
    const mistakes = new MistakeList()
    const read = readFolder<{ id: string }>(folder, () => [], mistakes)
    return { ids: read.map(({ content }) => content.id), mistakes: told(mistakes) }
  }

  it('are read in the order of their names', () => {
    for (const id of ['c', 'a', 'b']) put(`${id}.yaml`, `id: ${id}\n`)
    assert.deepEqual(folderRead(), { ids: ['a', 'b', 'c'], mistakes: [] })
  })

  it('are named where nobody would read them, other files are left alone', () => {
    for (const name of ['one.yml', 'two.json', 'three.yml.bak', 'four.json.orig', 'readme.md']) put(name, 'x')
    const why = 'is not read: the name must end with .yaml'
    assert.deepEqual(folderRead(), { ids: [], mistakes: [`/one.yml:1 ${why}`, `/two.json:1 ${why}`] })
  })

  it('are refused under another name than their id, at the line of the id', () => {
    put('copy.yaml', 'role: any\nid: original\n')
    assert.deepEqual(folderRead(), { ids: [], mistakes: ['/copy.yaml:2 id must be the name of the file'] })
  })

  it('that are no YAML are refused for what is wrong with them', () => {
    put('a.yaml', 'id: a\nid: a\n')
    const { mistakes } = folderRead()
    assert.deepEqual(mistakes, ['/a.yaml:2 Map keys must be unique'])
  })

  it('that cannot be read are named with the code of the system, where it tells one', () => {
    const refusal = (thrown?: unknown): readonly string[] => {
      const mistakes = new MistakeList()
      const judge = (): never => {
        throw thrown as Error
      }
      assert.equal(readDocument(put('a.yaml', 'id: a\n'), judge, mistakes), undefined)
      return told(mistakes)
    }
    assert.deepEqual(refusal(Object.assign(new Error('no'), { code: 'EACCES' })), ['/a.yaml:1 cannot be read (EACCES)'])
    for (const without of [new Error('no'), Object.assign(new Error('no'), { code: 7 }), { code: 'EACCES' }])
      assert.deepEqual(refusal(without), ['/a.yaml:1 cannot be read'])
    const mistakes = new MistakeList()
    readFolder(join(folder, 'gone'), () => [], mistakes)
    assert.deepEqual(told(mistakes), ['/gone:1 cannot be read (ENOENT)'])
  })

  it('are accepted where the schema finds nothing, and else refused at the line of each mistake', () => {
    const mistakes = new MistakeList()
    const file = put('a.yaml', 'id: a\nrole: mayor\n')
    assert.deepEqual(readDocument(file, () => [], mistakes)?.content, { id: 'a', role: 'mayor' })
    assert.deepEqual(told(mistakes), [])
    assert.equal(
      readDocument(file, () => [{ pointer: '/role', message: 'is none' }], mistakes),
      undefined,
    )
    assert.deepEqual(told(mistakes), ['/a.yaml:2 /role is none'])
  })
})
