import type { RegistryOffer } from '../../client/compose-agreements.ts'
import { WrongUsage } from '../wrong-usage.ts'

type FieldsOf = Readonly<Record<string, readonly string[]>>

/**
 * `civil-registry/valid-person@1=names,birthDate`, one for each operation. Of what nobody names only checks leave:
 * no field is asked for by saying nothing.
 */
export function wishedFields(wishes: readonly string[], registries: readonly RegistryOffer[]): FieldsOf {
  const none = registries.flatMap(({ operations }) => operations.map(({ operation }) => [operation, []] as const))
  return { ...Object.fromEntries(none), ...namedFields(wishes, registries) }
}

/** Those that are named alone. */
export function namedFields(wishes: readonly string[], registries: readonly RegistryOffer[]): FieldsOf {
  const offered = new Map<string, readonly string[]>(
    registries.flatMap(({ operations }) => operations.map(({ operation, fields }) => [operation, fields] as const)),
  )
  return Object.fromEntries(
    wishes.map((wish): [string, readonly string[]] => {
      const [operation = '', paths] = wish.split('=')
      const known = offered.get(operation)
      if (paths === undefined) throw new WrongUsage(`--fields takes REGISTRY/OPERATION@VERSION=PATH,PATH, not ${wish}`)
      if (known === undefined)
        throw new WrongUsage(`there is no operation ${operation}; known: ${[...offered.keys()].join(', ')}`)
      const fields = paths.split(',').filter((path) => path !== '')
      const unknown = fields.find((path) => !known.includes(path))
      if (unknown !== undefined)
        throw new WrongUsage(`${operation} has no field ${unknown}; known: ${known.join(', ')}`)
      return [operation, fields]
    }),
  )
}
