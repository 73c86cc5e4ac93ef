import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { ConfigRefused } from '../../../src/config/config-refused.ts'
import { findRoot } from '../../../src/config/root.ts'

describe('findRoot', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-root-'))
    mkdirSync(join(folder, 'edno/dist/src/config'), { recursive: true })
    mkdirSync(join(folder, 'edno/src/config'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"name":"around"}')
    writeFileSync(join(folder, 'edno/package.json'), '{"name":"edno"}')
    writeFileSync(join(folder, 'edno/src/package.json'), '{"type":"module"}')
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })

  it('finds the same folder from the sources and from the build', () => {
    for (const place of ['edno/src/config/root.ts', 'edno/dist/src/config/root.js']) {
      assert.equal(findRoot(pathToFileURL(join(folder, place))), join(folder, 'edno'))
    }
  })

  it('refuses a program that stands outside', () => {
    assert.throws(() => findRoot(pathToFileURL(join(folder, 'root.js'))), ConfigRefused)
  })
})
