import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigRefused } from './config-refused.ts'

const isOurs = (folder: string): boolean => {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return false
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'edno'
}

/** The folder of the package.json named edno above `from`; the same from `src/` and from `dist/src/`. Throws `ConfigRefused`. */
export const findRoot = (from: string | URL = import.meta.url): string => {
  let folder = dirname(fileURLToPath(from))
  while (!isOurs(folder)) {
    const parent = dirname(folder)
    if (parent === folder) throw new ConfigRefused(['no folder above this program holds the package.json of edno'])
    folder = parent
  }
  return folder
}
