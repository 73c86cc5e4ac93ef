import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { partyId } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import { isRecord } from '../schema/json.ts'
import type { AdapterPlace } from './adapter-places.ts'

/** What an adapter that is refused says of itself all the same. */
export interface AdapterClaim {
  readonly registry?: string
  readonly provider?: string
  /** Names in RegiX of its operations. */
  readonly regix?: readonly string[]
}

/** Whatever else is wrong with it. One of edno's own has the name of its folder; of another's file that is no JSON nothing is known. */
export function claimOf({ folder, name, plugged }: AdapterPlace): AdapterClaim {
  if (!plugged) return { registry: name }
  if (folder === undefined) return {}
  const { id, provider } = readObject(join(folder, 'adapter.json'))
  const owner = isRecord(provider) ? provider['id'] : undefined
  const regix = regixNamesIn(folder)
  return {
    ...(typeof id === 'string' ? { registry: id } : {}),
    ...(typeof owner === 'string' ? { provider: owner } : {}),
    ...(regix.length > 0 ? { regix } : {}),
  }
}

/** By the maps beside its operations, whatever its manifest says of them. */
export function regixNamesIn(folder: string): readonly string[] {
  return operationFolders(folder).flatMap((name) => {
    const { operation } = readObject(join(folder, name, 'regix.json'))
    return typeof operation === 'string' ? [operation] : []
  })
}

function operationFolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Nothing where that cannot be read, or is none. */
function readObject(file: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRecord(read) ? read : {}
  } catch {
    return {}
  }
}

/** An adapter that came in is never left out, also where another one of its name was refused. */
export function leftOutOf(claims: readonly AdapterClaim[], cameIn: ReadonlySet<string>): LeftOut {
  const owners = new Map(
    claims.flatMap(({ registry, provider }) =>
      registry === undefined || cameIn.has(registry)
        ? []
        : [[registry, provider === undefined ? undefined : partyId(provider)] as const],
    ),
  )
  const isUnnamed = claims.some(({ registry }) => registry === undefined)
  const out = claims.filter(({ registry }) => registry === undefined || !cameIn.has(registry))
  const regix = new Set(out.flatMap((claim) => claim.regix ?? []))
  return { owners, ...(regix.size > 0 ? { regix } : {}), ...(isUnnamed ? { othersThan: cameIn } : {}) }
}
