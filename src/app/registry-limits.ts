import type { RegistryLimits } from '../adapter-kit/adapter.ts'
import type { Catalogue } from '../catalogue/entries.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { Config } from '../config/config.ts'
import { isLeftOut } from '../model/left-out.ts'

/** Registry → what its owner says in the manifest; what the operator says takes its place, member by member. */
export function limitsOf(
  { adapters, leftOut }: Pick<Catalogue, 'adapters' | 'leftOut'>,
  { registryLimits }: Pick<Config, 'registryLimits'>,
): ReadonlyMap<string, RegistryLimits> {
  const unknown = Object.keys(registryLimits).filter((id) => !adapters.has(id) && !isLeftOut(leftOut, id))
  // A name that is misspelt would leave a registry unprotected, and nobody would know.
  if (unknown.length > 0)
    throw new ConfigRefused(unknown.map((id) => `/registries/${id}/limits: there is no such adapter`))
  return new Map([...adapters].map(([id, { manifest }]) => [id, { ...manifest.limits, ...registryLimits[id] }]))
}

/** The same, worked out again only where the catalogue is another. */
export function limitsNow(from: () => { readonly catalogue: Catalogue; readonly config: Config }) {
  let last: { readonly catalogue: Catalogue; readonly limits: ReadonlyMap<string, RegistryLimits> } | undefined
  return (): ReadonlyMap<string, RegistryLimits> => {
    const { catalogue, config } = from()
    if (last?.catalogue !== catalogue) last = { catalogue, limits: limitsOf(catalogue, config) }
    return last.limits
  }
}
