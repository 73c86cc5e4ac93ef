import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, isAbsolute, join } from 'node:path'

/** Where one adapter lies. */
export interface AdapterPlace {
  /** Absolute; undefined where there is no such package. */
  readonly folder: string | undefined
  /** How it is called where it is refused. */
  readonly name: string
  /** Named by the operator on its own; the others are edno's, in `adaptersFolder`. */
  readonly plugged: boolean
}

/** Every folder with an `adapter.json` in `own`, then those that the operator names: absolute folders, or npm packages. */
export function adapterPlaces(root: string, own: string, named: readonly string[] = []): readonly AdapterPlace[] {
  const names = existsSync(own) ? readdirSync(own).filter((name) => existsSync(join(own, name, 'adapter.json'))) : []
  return [
    ...names.sort().map((name): AdapterPlace => ({ folder: join(own, name), name, plugged: false })),
    ...named.map(
      (name): AdapterPlace =>
        isAbsolute(name)
          ? { folder: name, name: basename(name), plugged: true }
          : { folder: packageFolder(root, name), name, plugged: true },
    ),
  ]
}

/** As Node finds packages from edno's own folder upwards; a package need not export its manifest. */
function packageFolder(root: string, name: string): string | undefined {
  const places = createRequire(join(root, 'package.json')).resolve.paths(name) ?? []
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'adapter.json')))
}
