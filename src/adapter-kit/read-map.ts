import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AdapterFault, type Transport } from './adapter.ts'

/** Transports of which an operation can be data alone, and the file of its folder that says how. */
export const MAP_FILES = { 'regix-v2': 'regix.json', rest: 'rest.json', sql: 'sql.json' } as const satisfies Partial<
  Record<Transport, string>
>

export type MappedTransport = keyof typeof MAP_FILES

export const isMapped = (transport: Transport): transport is MappedTransport => Object.hasOwn(MAP_FILES, transport)

/** Reads the map of an operation's folder; its form is judged by its schema when the adapter is loaded. */
export function readMap(folder: string, transport: MappedTransport): unknown {
  const file = MAP_FILES[transport]
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'))
  } catch (error) {
    throw new AdapterFault('unavailable', `the operation has no readable ${file}`, { cause: error })
  }
}
