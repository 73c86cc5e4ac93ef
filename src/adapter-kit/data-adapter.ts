import { AdapterFault, type AdapterModule, defineAdapter } from './adapter.ts'
import { openAdapter, type OperationMaker } from './operation.ts'
import { isMapped, type MappedTransport } from './read-map.ts'
import { regixOperation } from './regix/regix-operation.ts'
import { mappedRestOperation } from './rest/mapped-rest-operation.ts'
import { sqlOperation } from './sql/sql-operation.ts'

const MAKERS: Readonly<Record<MappedTransport, OperationMaker>> = {
  'regix-v2': regixOperation,
  rest: mappedRestOperation,
  sql: sqlOperation,
}

/** The adapter of a folder without code: a manifest, and for each operation the map of its transport. */
export const dataAdapter: AdapterModule = defineAdapter({
  open: (options) =>
    openAdapter(
      options,
      Object.fromEntries(
        options.manifest.operations.map(({ id, version, transport = options.manifest.transport }) => {
          if (!isMapped(transport)) throw new AdapterFault('unavailable', `${transport} takes an index file`)
          return [`${id}@${version}`, MAKERS[transport]]
        }),
      ),
    ),
})
