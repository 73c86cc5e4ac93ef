import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Beside the manifest: what `edno adapter check --sign-with` found. It vouches for the files, so that it is none of them. */
export const REPORT_FILE = 'conformance.jws'

/** Not the owner's: packages are npm's, what stands in `operator` is the operator's, what begins with a dot is some tool's. */
const OTHERS: readonly string[] = ['node_modules', 'operator', REPORT_FILE]
const isOurs = (name: string): boolean => !OTHERS.includes(name) && !name.startsWith('.')

/**
 * SHA-256 over the names and the digests of all files of an adapter: its manifest, maps, schemas, examples and code. A link counts as
 * what it leads to, which is what is read and run.
 */
export function folderDigest(folder: string): string {
  const lines = filesBelow(folder, '').map((file) => {
    const content = createHash('sha256').update(readFileSync(join(folder, file)))
    return `${content.digest('hex')}  ${file}\n`
  })
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/** `above`: where this folder and those above it really lie; a link back to one of them leads to nothing new. */
function filesBelow(folder: string, below: string, above: readonly string[] = []): readonly string[] {
  const here = realpathSync(join(folder, below))
  if (above.includes(here)) return []
  return readdirSync(here)
    .filter(isOurs)
    .toSorted((one, other) => (one < other ? -1 : 1))
    .flatMap((name) => {
      const file = below === '' ? name : `${below}/${name}`
      const found = statSync(join(folder, file), { throwIfNoEntry: false })
      return found?.isDirectory() === true
        ? filesBelow(folder, file, [...above, here])
        : found?.isFile() === true
          ? [file]
          : []
    })
}
