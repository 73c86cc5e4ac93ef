import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { probeFolder } from '../../../src/cli/probe-folder.ts'
import { WrongUsage } from '../../../src/cli/wrong-usage.ts'

describe('the folder for the evidence', () => {
  let here: string
  beforeEach(() => {
    here = mkdtempSync(join(tmpdir(), 'edno-probe-'))
  })
  afterEach(() => rmSync(here, { recursive: true }))

  it('is made, with all that leads to it', () => {
    probeFolder(join(here, 'a', 'b'))
    assert.ok(existsSync(join(here, 'a', 'b')))
  })

  it('is wrong usage where a file is there already, or on the way', () => {
    const file = join(here, 'file')
    writeFileSync(file, '')
    for (const folder of [file, join(file, 'below')])
      assert.throws(
        () => probeFolder(folder),
        (error) => error instanceof WrongUsage && /^nothing was sent: .*file/.test(error.message),
      )
  })
})
