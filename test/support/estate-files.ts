import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterManifest, OperationManifest } from '../../src/adapter-kit/adapter.ts'
import { ROOT } from './processes.ts'

/** What a manifest says of an operation and a test may want otherwise. */
export type OperationLimits = Partial<Pick<OperationManifest, 'timeoutMs' | 'maxConcurrent' | 'idempotent'>>

/** The shipped services, with other deadlines, and with later answers. */
export function copyServices(
  folder: string,
  deadlinesMs: Readonly<Record<string, number>>,
  defersMs: Readonly<Record<string, number>> = {},
): string {
  const services = join(folder, 'services')
  mkdirSync(services)
  cpSync(join(ROOT, 'config', 'services'), services, { recursive: true })
  for (const name of readdirSync(services)) {
    const deadline = deadlinesMs[name.replace('.yaml', '')]
    if (deadline === undefined) continue
    const defer = defersMs[name.replace('.yaml', '')]
    const times = `deadlineMs: ${deadline}${defer === undefined ? '' : `\ndeferMs: ${defer}`}`
    const text = readFileSync(join(services, name), 'utf8')
    writeFileSync(join(services, name), text.replace(/^deadlineMs: .*$/m, times))
  }
  return services
}

/** The shipped grants, those of Троян also for others. */
export function copyGrants(folder: string, parties: readonly string[]): string {
  const grants = join(folder, 'grants')
  mkdirSync(grants)
  cpSync(join(ROOT, 'config', 'grants'), grants, { recursive: true })
  for (const name of readdirSync(grants).filter((file) => file.startsWith('troyan-')))
    for (const party of parties) {
      const text = readFileSync(join(grants, name), 'utf8')
      writeFileSync(join(grants, name.replace('troyan', party)), text.replaceAll(/\btroyan\b/g, party))
    }
  return grants
}

/** The shipped parties, with further members of some. */
export function copyParties(folder: string, members: Readonly<Record<string, string>>): string {
  const parties = join(folder, 'parties')
  mkdirSync(parties)
  cpSync(join(ROOT, 'config', 'parties'), parties, { recursive: true })
  for (const [party, text] of Object.entries(members)) appendFileSync(join(parties, `${party}.yaml`), `\n${text}\n`)
  return parties
}

/** Manifests and schemas of the shipped adapters, with other limits; their code is the compiled one. */
export function copyAdapters(folder: string, limits: Readonly<Record<string, OperationLimits>>): string {
  const adapters = join(folder, 'adapters')
  mkdirSync(adapters)
  cpSync(join(ROOT, 'adapters'), adapters, { recursive: true, filter: (path) => !path.endsWith('.ts') })
  for (const id of readdirSync(adapters)) {
    const file = join(adapters, id, 'adapter.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as AdapterManifest
    const operations = manifest.operations.map((operation) => ({
      ...operation,
      ...limits[`${id}/${operation.id}@${operation.version}`],
    }))
    writeFileSync(file, JSON.stringify({ ...manifest, operations }))
  }
  return adapters
}
