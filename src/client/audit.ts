import type { AxiosResponse } from 'axios'
import type { ExchangePage } from '../model/exchange-list.ts'
import type { ExchangeRecord } from '../model/exchange-record.ts'
import { Refused } from './access.ts'
import { type Connection, connect, problemIn } from './connect.ts'

/** What a filter says, by the names of the contract. */
export type ListQuery = Readonly<Record<string, string>>

/** Every method throws `Refused` for a problem, and the network's error where edno does not answer. */
export interface AuditClient {
  /** A page at a time; `path` is that of the list. */
  readonly pages: (path: string, query: ListQuery) => AsyncGenerator<ExchangePage>
  /** The whole list as it travels, piece by piece. */
  readonly stream: (path: string, query: ListQuery, mediaType: string) => Promise<AsyncIterable<Buffer>>
  readonly record: (id: string, consumer?: string) => Promise<ExchangeRecord>
  readonly officialOf: (consumer: string, identifier: string) => Promise<string>
  readonly get: <T>(path: string, query?: ListQuery) => Promise<T>
  readonly post: <T>(path: string, body: object) => Promise<T>
  readonly close: () => void
}

/** The reader of an edno's exchanges over one kept-alive connection. */
export function auditClient(connection: Connection, language: 'bg' | 'en' = 'en'): AuditClient {
  const { http, close } = connect(connection, language)
  const get = async <T>(path: string, params: ListQuery = {}): Promise<T> => read(await http.get(path, { params })) as T
  const post = async <T>(path: string, body: object): Promise<T> => {
    const headers = { 'Content-Type': 'application/json' }
    return read(await http.post(path, Buffer.from(JSON.stringify(body)), { headers })) as T
  }
  return {
    pages: async function* pages(path, query) {
      let next: string | undefined
      do {
        const page: ExchangePage = await get(path, { ...query, ...(next === undefined ? {} : { after: next }) })
        yield page
        next = page.next
      } while (next !== undefined)
    },
    stream: async (path, params, mediaType) => {
      const headers = { Accept: mediaType }
      const response = await http.get<AsyncIterable<Buffer>>(path, { params, headers, responseType: 'stream' })
      if (response.status >= 400)
        throw new Refused(problemIn({ status: response.status, data: await whole(response.data) }))
      return response.data
    },
    record: (id, consumer) => get(`/v1/audit/exchanges/${id}`, consumer === undefined ? {} : { consumer }),
    officialOf: async (consumer, identifier) =>
      (await post<{ official: string }>('/v1/officials', { consumer, identifier })).official,
    get,
    post,
    close,
  }
}

async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = []
  for await (const piece of pieces) read.push(piece)
  return Buffer.concat(read)
}

function read({ status, data }: AxiosResponse<Buffer>): unknown {
  if (status >= 400) throw new Refused(problemIn({ status, data }))
  return JSON.parse(data.toString('utf8'))
}
