import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { locateMistakes, readYaml, YamlRefused } from '../../../src/schema/read-yaml.ts'

describe('readYaml', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-yaml-'))
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const write = (text: string): string => {
    const file = join(folder, 'a.yaml')
    writeFileSync(file, text)
    return file
  }
  const refusalOf = (text: string): YamlRefused => {
    try {
      readYaml(write(text))
    } catch (error) {
      if (error instanceof YamlRefused) return error
    }
    return assert.fail(`not refused: ${text}`)
  }

  it('reads values, and keeps dates as texts', () => {
    assert.deepEqual(readYaml(write('id: x\non: 2024-05-06\nlist: [1, yes]\n')).value, {
      id: 'x',
      on: '2024-05-06',
      list: [1, 'yes'],
    })
  })

  it('names a file that is there and cannot be read, and leaves to others what one means that is not there', () => {
    assert.throws(
      () => readYaml(folder),
      (error) => error instanceof YamlRefused && error.message === `${folder}:1: cannot be read (EISDIR)`,
    )
    assert.throws(() => readYaml(join(folder, 'nowhere.yaml')), { code: 'ENOENT' })
  })

  it('says on which line a value stands', () => {
    const { lineOf } = readYaml(write('# head\nid: x\ncalls:\n  a: { b: 1 }\n  c:\n    - d: 1\n    - d: 2\n'))
    assert.equal(lineOf(['id']), 2)
    assert.equal(lineOf(['calls', 'a', 'b']), 4)
    assert.equal(lineOf(['calls', 'c', 1]), 7)
    assert.equal(lineOf(['calls', 'c', 1, 'd']), 7)
  })

  it('gives the line of the nearest parent for what is missing', () => {
    const { lineOf } = readYaml(write('id: x\ncalls:\n  a: { b: 1 }\n'))
    assert.equal(lineOf(['calls', 'a', 'z', 'y']), 3)
    assert.equal(lineOf(['calls', 'nope']), 2)
    assert.equal(lineOf([]), 1)
  })

  it('refuses a key that stands twice, with its line', () => {
    assert.deepEqual(
      refusalOf('a: 1\nb: 2\na: 3\n').mistakes.map(({ line }) => line),
      [3],
    )
  })

  it('refuses anchors and aliases, however few', () => {
    const messages = refusalOf('a: &x [1]\nb: [*x, *x]\n').mistakes.map(({ line, message }) => `${line} ${message}`)
    assert.deepEqual(messages, ['1 anchors are not allowed', '2 aliases are not allowed', '2 aliases are not allowed'])
  })

  it('refuses broken syntax, unknown tags, two documents and very large files', () => {
    assert.equal(refusalOf('a: 1\nb: [\n').mistakes[0]?.line, 3)
    assert.equal(refusalOf('a: !run x\n').mistakes.length, 1)
    assert.equal(refusalOf('a: 1\n---\nb: 1\n').mistakes.length, 1)
    assert.match(refusalOf(`a: ${'x'.repeat(1_100_000)}\n`).message, /too large/)
  })

  it('reads an empty file as null', () => {
    const yaml = readYaml(write(''))
    assert.equal(yaml.value, null)
    assert.equal(yaml.lineOf(['a']), 1)
  })

  it('joins the mistakes of a schema with lines', () => {
    const yaml = readYaml(write('a:\n  b:\n    - 1\n'))
    assert.deepEqual(locateMistakes(yaml, [{ pointer: '/a/b/0', message: 'must be string' }]), [
      { file: yaml.file, line: 3, message: '/a/b/0 must be string' },
    ])
  })
})
