import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { configFiles } from '../../../src/config/layers.ts'
import { placedLines, placeMistakes } from '../../../src/config/mistake-places.ts'

describe('the place of a mistake in the configuration', () => {
  let root = ''
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'edno-places-'))
    mkdirSync(join(root, 'config'))
    put('config/default.json', { http: { port: 1 }, logLevel: 'info', registries: { mvr: { url: 'x' } } })
    put('config/development.json', { http: { port: 2 } })
    put('own.json', { registries: { mvr: { limits: { plannedDowntime: [{ from: 'x' }] } } } })
  })
  after(() => rmSync(root, { recursive: true }))
  const put = (name: string, value: unknown) => writeFileSync(join(root, name), JSON.stringify(value, undefined, 1))
  const told = (mistake: string, environment = {}): string => {
    const files = configFiles(root, 'development', join(root, 'own.json'))
    return placedLines(placeMistakes([mistake], { files, environment }))
      .join()
      .replace(`${root}/`, '')
  }

  it('is where the setting was written last', () => {
    assert.equal(told('/http/port must be integer'), 'config/development.json:3: /http/port must be integer')
    assert.equal(told('/registries/mvr/url is odd'), 'config/default.json:8: /registries/mvr/url is odd')
    assert.match(told('/registries/mvr/limits/plannedDowntime/0 ends'), /^own\.json:6: /)
  })

  it('is the variable that was set above the files', () => {
    const environment = { EDNO_HTTP_PORT: 'eighty' }
    assert.equal(told('/http/port must be integer', environment), 'EDNO_HTTP_PORT:1: /http/port must be integer')
    assert.match(told('/http/host must be string', environment), /^config\/development\.json:2: /)
  })

  it('is as near as there is, and for what nobody wrote the file where it would be written', () => {
    assert.match(told('/registries/mvr/caFile (a) is missing'), /^own\.json:3: /)
    assert.match(told('/keys is required in production'), /^own\.json:1: /)
  })

  it('is not sought for what names its file itself', () => {
    assert.equal(told('own.json:3: is not JSON'), 'own.json:3: is not JSON')
    assert.equal(told('/etc/edno.json:3: is not JSON'), '/etc/edno.json:3: is not JSON')
    assert.equal(told('/etc/edno.json: cannot be read (EISDIR)'), '/etc/edno.json: cannot be read (EISDIR)')
    assert.equal(told('EDNO_ENV must be development or production'), 'EDNO_ENV must be development or production')
  })
})
