import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Beside the manifest: what `edno adapter check --sign-with` found. It vouches for the files, so that it is none of them. */
export const REPORT_FILE = 'conformance.jws'

/** Not the owner's: packages are npm's, what stands in `operator` is the operator's, what begins with a dot is some tool's. */
const OTHERS: readonly string[] = ['node_modules', 'operator', REPORT_FILE]
const isOurs = (name: string): boolean => !OTHERS.includes(name) && !name.startsWith('.')

/** SHA-256 over the names and the digests of all files of an adapter: its manifest, maps, schemas, examples and code. */
export function folderDigest(folder: string): string {
  const lines = filesBelow(folder, '').map((file) => {
    const content = createHash('sha256').update(readFileSync(join(folder, file)))
    return `${content.digest('hex')}  ${file}\n`
  })
  return createHash('sha256').update(lines.join('')).digest('hex')
}

const filesBelow = (folder: string, below: string): readonly string[] =>
  readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => isOurs(name))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const file = below === '' ? entry.name : `${below}/${entry.name}`
      return entry.isDirectory() ? filesBelow(folder, file) : entry.isFile() ? [file] : []
    })
