import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAdapters } from '../../src/catalogue/load-adapters.ts'
import { titlesCheck } from '../../src/cli/adapter/titles-check.ts'
import { findRoot } from '../../src/config/root.ts'
import { ADAPTERS } from '../support/simulator.ts'

/** Throws what is untold. */
async function judge(folder: string, name: string): Promise<void> {
  const { loaded, refused } = await loadAdapters(findRoot(), [{ folder, name, plugged: false }])
  assert.deepEqual(refused, [])
  for (const entry of loaded) await titlesCheck(entry).run(undefined as never)
}

describe('what each field of a registry means', () => {
  for (const id of readdirSync(ADAPTERS))
    it(`is said in Bulgarian and in English: ${id}`, () => judge(join(ADAPTERS, id), id))

  it('is missed by name where one of the two is not said', async () => {
    const id = 'public-debts'
    const folder = join(mkdtempSync(join(tmpdir(), 'edno-titles-')), id)
    cpSync(join(ADAPTERS, id), folder, { recursive: true })
    const [operation = ''] = readdirSync(folder).filter((name) => name.endsWith('.v1'))
    const file = join(folder, operation, 'input.schema.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"x-title-en"', '"description"'))
    await assert.rejects(judge(folder, id), /^TypeError: public-debts\/\S+ \S+ has no x-title-en$/)
    rmSync(join(folder, '..'), { recursive: true })
  })
})
