import { auditClient } from '../../client/audit.ts'
import type { ExchangePage, ListedExchange } from '../../model/exchange-list.ts'
import type { RegistryStatus } from '../../model/registry-status.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { printStatus } from './print.ts'

export interface StatusOptions extends CallerOptions {
  readonly hours: number
  /** So many of the newest exchanges. */
  readonly log: number
}

/** How a registry does: one object, or a page of sentences. */
export const showStatus = (id: string, options: StatusOptions): Promise<boolean> => {
  if (!/^[a-z0-9-]{1,80}$/.test(id))
    throw new WrongUsage('a registry is named as in GET /v1/registries: civil-registry')
  return overConnection(options, auditClient, async (client, { out, json }) => {
    const status = await client.get<RegistryStatus>(`/v1/registries/${id}`, { hours: String(options.hours) })
    const { exchanges: list } = status.links
    const newest: readonly ListedExchange[] | undefined =
      list === undefined || options.log === 0
        ? undefined
        : (await client.get<ExchangePage>(`${list}&limit=${options.log}`)).exchanges
    if (json) out.json({ ...status, newest: newest ?? [] })
    else printStatus({ status, newest, party: options.party }, out)
    return true
  })
}
