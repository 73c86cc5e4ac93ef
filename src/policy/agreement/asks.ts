import { registryOf } from '../../model/ids.ts'
import type { Service } from '../../model/service.ts'
import { canonicalJson, sha256Hex } from '../../schema/canonical-json.ts'

type Asks = Readonly<Record<string, string>>

/** A service that is loaded is never changed, another takes its place. */
const known = new WeakMap<Service, Asks>()

/**
 * What a service asks each registry that it touches: SHA-256 (hex) of the canonical JSON of its calls there and of the
 * checks that read them. An owner signs it with the agreement, so that nobody who may write service files can ask more
 * of a registry, withhold less, or learn more from its answers, than its owner saw.
 */
export const asksOf = (service: Service): Asks => {
  const made = known.get(service) ?? digestsOf(service)
  known.set(service, made)
  return made
}

const digestsOf = (service: Service): Asks =>
  Object.fromEntries(
    [...new Set(service.calls.map(({ operation }) => registryOf(operation)))].map((registry) => [
      registry,
      sha256Hex(canonicalJson(askedOf(service, registry))),
    ]),
  )

/** By name, since the order of the calls follows from other registries' too; what is undefined stands in no JSON. */
const askedOf = (service: Service, registry: string): object => {
  const calls = service.calls.filter(({ operation }) => registryOf(operation) === registry)
  const names = calls.map(({ name }) => name)
  return {
    calls: calls
      .map(({ name, operation, need, input, when, forEach }) => ({ name, operation, need, input, when, forEach }))
      .toSorted((one, other) => byText(one.name, other.name)),
    checks: service.checks
      .filter((check) => check.calls.some((name) => names.includes(name)))
      .map(({ id, expr }) => ({ id, expr }))
      .toSorted((one, other) => byText(one.id, other.id)),
  }
}

const byText = (one: string, other: string): number => (one < other ? -1 : 1)
