import type { CompiledQuery, QueryResult } from 'kysely'
import type { Store } from '../../../src/store/store.ts'

/** The database, where what puts a batch by itself, outside a transaction, does so as `around` says. */
export function withPut(
  store: Store,
  around: (put: () => Promise<QueryResult<unknown>>) => Promise<unknown>,
): Store['db'] {
  const executeQuery = (query: CompiledQuery): Promise<unknown> => {
    const run = (): Promise<QueryResult<unknown>> => store.db.executeQuery(query)
    return query.sql.includes('insert into log_checkpoint') ? around(run) : run()
  }
  return new Proxy(store.db, {
    get: (target, name) => (name === 'executeQuery' ? executeQuery : bound(target, name)),
  })
}

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name)
  return typeof member === 'function' ? (member.bind(target) as unknown) : member
}
