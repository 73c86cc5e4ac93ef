/**
 * Writes what is generated from the code: `docs/problems.md`, `schemas/problem.v1.schema.json`, `docs/scenarios.md`,
 * `docs/configuration.md`.
 * `--check` compares instead, and fails when a committed file is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage } from './generate-configuration.ts'
import { problemPage, problemSchema } from './generate-problems.ts'
import { scenarioPage } from './generate-scenarios.ts'

const root = join(import.meta.dirname, '..')
const files: Record<string, string> = {
  'docs/problems.md': problemPage(),
  'schemas/problem.v1.schema.json': problemSchema(),
  'docs/scenarios.md': scenarioPage(root),
  'docs/configuration.md': configurationPage(root),
}

const stale = Object.entries(files).filter(([file, text]) => {
  const path = join(root, file)
  return !existsSync(path) || readFileSync(path, 'utf8') !== text
})

if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is stale: run npm run docs`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const [file, text] of stale) {
    writeFileSync(join(root, file), text)
    console.log(`wrote ${file}`)
  }
}
