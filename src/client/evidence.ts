import type { ExchangeId } from '../model/ids.ts'
import { formatOf, MEDIA_TYPES } from '../model/media-types.ts'
import { Refused } from './access.ts'
import { type Connection, connect, problemIn } from './connect.ts'

/** There is nothing to acknowledge. */
export class NoAnswerYet extends Error {
  override readonly name = 'NoAnswerYet'

  constructor() {
    super('the exchange has no answer yet')
  }
}

/** Every method throws `Refused` for a problem, and the network's error where edno does not answer. */
export interface EvidenceClient {
  /** The container. `consumer`: whose exchange it is, where several consumers used the id. */
  readonly get: (id: ExchangeId, consumer?: string) => Promise<Buffer>
  /** The JWS of the consumer. */
  readonly acknowledge: (id: ExchangeId, jws: string) => Promise<{ readonly acknowledgedAt: string }>
  /** The answer's bytes as they are kept. */
  readonly answer: (id: ExchangeId) => Promise<Buffer>
  readonly close: () => void
}

/** Evidence for one party over one kept-alive connection. */
export function evidenceClient(connection: Connection, language: 'bg' | 'en' = 'en'): EvidenceClient {
  const { http, close } = connect(connection, language)
  return {
    get: async (id, consumer) => {
      const params = consumer === undefined ? {} : { consumer }
      const { status, data } = await http.get<Buffer>(`/v1/exchanges/${id}/evidence`, { params })
      if (status !== 200) throw new Refused(problemIn({ status, data }))
      return data
    },
    acknowledge: async (id, jws) => {
      const { status, data } = await http.post<Buffer>(`/v1/exchanges/${id}/acknowledgement`, Buffer.from(jws), {
        headers: { 'Content-Type': MEDIA_TYPES.jws },
      })
      if (status !== 201) throw new Refused(problemIn({ status, data }))
      return JSON.parse(data.toString('utf8')) as { readonly acknowledgedAt: string }
    },
    answer: async (id) => {
      const { status, data, headers } = await http.get<Buffer>(`/v1/exchanges/${id}`)
      const [mediaType = ''] = String(headers['content-type'] ?? '').split(';')
      if (formatOf(mediaType) !== undefined) return data
      if (status === 202) throw new NoAnswerYet()
      throw new Refused(problemIn({ status, data }))
    },
    close,
  }
}
