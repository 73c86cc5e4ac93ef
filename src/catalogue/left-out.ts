import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { partyId } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import { isRecord } from '../schema/json.ts'
import type { AdapterPlace } from './adapter-places.ts'

/** What an adapter that is refused says of itself all the same. */
export interface AdapterClaim {
  readonly registry?: string
  readonly provider?: string
}

/** Whatever else is wrong with it. One of edno's own has the name of its folder; of another's file that is no JSON nothing is known. */
export function claimOf({ folder, name, plugged }: AdapterPlace): AdapterClaim {
  if (!plugged) return { registry: name }
  try {
    if (folder === undefined) return {}
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'adapter.json'), 'utf8'))
    if (!isRecord(manifest)) return {}
    const { id, provider } = manifest
    const owner = isRecord(provider) ? provider['id'] : undefined
    return {
      ...(typeof id === 'string' ? { registry: id } : {}),
      ...(typeof owner === 'string' ? { provider: owner } : {}),
    }
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
  return { owners, ...(isUnnamed ? { othersThan: cameIn } : {}) }
}
