import { join, relative } from 'node:path'
import { ADAPTER_API, type AdapterManifest } from '../adapter-kit/adapter.ts'
import { emptyWindows } from '../model/registry-limits.ts'
import type { compileSchema } from '../schema/compile-schema.ts'
import { type LocatedMistake, locateMistakes, readYaml, type YamlFile, YamlRefused } from '../schema/read-yaml.ts'

export interface ManifestSource {
  readonly root: string
  readonly folder: string
  /** What the manifest's id must be. */
  readonly id: string | undefined
  readonly judge: ReturnType<typeof compileSchema>
}

/** Adds to `mistakes`; undefined where there are any. JSON is YAML, and the YAML reader knows the lines. */
export function readManifest(
  { root, folder, id, judge }: ManifestSource,
  mistakes: LocatedMistake[],
): AdapterManifest | undefined {
  const path = join(folder, 'adapter.json')
  try {
    const yaml = { ...readYaml(path), file: relative(root, path) }
    const api = (yaml.value as { adapterApi?: unknown } | null)?.adapterApi
    if (api !== ADAPTER_API) {
      const message = `adapterApi is ${JSON.stringify(api)}; this edno speaks ${ADAPTER_API}`
      mistakes.push({ file: yaml.file, line: yaml.lineOf(['adapterApi']), message })
      return undefined
    }
    mistakes.push(...locateMistakes(yaml, judge(yaml.value)))
    if (mistakes.length > 0) return undefined
    const manifest = yaml.value as AdapterManifest
    mistakes.push(...downtimeMistakes(yaml, manifest), ...idMistakes(yaml, manifest, id))
    return mistakes.length > 0 ? undefined : manifest
  } catch (error) {
    if (!(error instanceof YamlRefused)) throw error
    mistakes.push(...error.mistakes.map((mistake) => ({ ...mistake, file: relative(root, mistake.file) })))
    return undefined
  }
}

const idMistakes = (yaml: YamlFile, manifest: AdapterManifest, id: string | undefined): readonly LocatedMistake[] =>
  id === undefined || manifest.id === id
    ? []
    : [{ file: yaml.file, line: yaml.lineOf(['id']), message: `id "${manifest.id}" is not the folder's name` }]

function downtimeMistakes(yaml: YamlFile, { limits = {} }: AdapterManifest): readonly LocatedMistake[] {
  return emptyWindows(limits).map((index) => ({
    file: yaml.file,
    line: yaml.lineOf(['limits', 'plannedDowntime', index]),
    message: `limits.plannedDowntime.${index} ends before it begins`,
  }))
}
