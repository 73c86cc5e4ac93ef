import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterManifest } from '../../src/adapter-kit/adapter.ts'
import type { OperationLimits } from './estate-files.ts'
import { ROOT } from './processes.ts'
import { ADAPTERS } from './simulator.ts'

/** edno's adapters outside the tree, with other limits of some operations (`registry/operation@version`), for an edno in this process. */
export function ownAdapters(folder: string, limits: Readonly<Record<string, OperationLimits>> = {}): string {
  const adapters = join(folder, 'adapters')
  cpSync(ADAPTERS, adapters, { recursive: true })
  // Their code names edno's sources beside them.
  symlinkSync(join(ROOT, 'src'), join(folder, 'src'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const [ref, limit] of Object.entries(limits)) {
    const [registry = '', of = ''] = ref.split('/')
    const file = join(adapters, registry, 'adapter.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as AdapterManifest
    const operations = manifest.operations.map((each) =>
      `${each.id}@${each.version}` === of ? { ...each, ...limit } : each,
    )
    writeFileSync(file, JSON.stringify({ ...manifest, operations }))
  }
  return adapters
}
