import type { Config } from '../config/config.ts'
import type { PlannedDowntime } from '../model/registry-limits.ts'

type Addressed = Pick<Config, 'registries' | 'registryDatabases' | 'registryLimits'>

/** In words for the operator and the exchange log, which is open: limits by their values, addresses and files by their names alone. */
export function changedRegistries(before: Addressed, after: Addressed): readonly string[] {
  const ids = new Set(
    [before, after].flatMap((config) => Object.keys({ ...addressesOf(config), ...config.registryLimits })),
  )
  return [...ids]
    .toSorted()
    .flatMap((id) => [
      ...changedAddress(addressesOf(before)[id], addressesOf(after)[id]).map((words) => `registry ${id}: ${words}`),
      ...changedLimits(before.registryLimits[id] ?? {}, after.registryLimits[id] ?? {}).map(
        (words) => `registry ${id}: ${words}`,
      ),
    ])
}

const addressesOf = ({ registries, registryDatabases }: Addressed): Readonly<Record<string, object>> => ({
  ...registries,
  ...registryDatabases,
})

function changedAddress(before: object | undefined, after: object | undefined): readonly string[] {
  if (before === undefined || after === undefined)
    return before === after ? [] : [after === undefined ? 'address removed' : 'address added']
  return differing(before, after).map((name) => `other ${name}`)
}

const changedLimits = (before: object, after: object): readonly string[] =>
  differing(before, after).map((name) => {
    const [one, other] = [before, after].map((limits) => wordsOf((limits as Readonly<Record<string, unknown>>)[name]))
    return `limits.${name} ${one} → ${other}`
  })

/** Planned downtime by its times: reasons are texts of people. */
const wordsOf = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(windowOf).join(', ')}]` : value === undefined ? '–' : JSON.stringify(value)

const windowOf = ({ from, to }: PlannedDowntime): string => `${from}…${to}`

function differing(before: object, after: object): readonly string[] {
  const [one, other] = [before, after] as readonly Readonly<Record<string, unknown>>[]
  return Object.keys({ ...before, ...after })
    .toSorted()
    .filter((name) => JSON.stringify(one?.[name]) !== JSON.stringify(other?.[name]))
}
