import type { AxiosInstance, AxiosResponse } from 'axios'
import { type Receipt, readReceipt, readReceiptHeader } from '../exchange-log/receipt.ts'
import type { ExchangeId } from '../model/ids.ts'
import { formatOf, MEDIA_TYPES } from '../model/media-types.ts'
import type { PlanView } from '../model/plan-view.ts'
import { formOf } from './form-of.ts'
import { type Connection, connect, problemIn, type TravellingProblem } from './connect.ts'

export type { Connection, TravellingProblem } from './connect.ts'

/** What came back: a signed answer (200, or 502 with Status refused), or a problem. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly bytes: Buffer; readonly receipt?: Receipt }
  | { readonly kind: 'problem'; readonly status: number; readonly problem: TravellingProblem }

/** What a dry run tells, or why there is none. */
export type PlanReply =
  | { readonly kind: 'plan'; readonly plan: PlanView }
  | Extract<Reply, { readonly kind: 'problem' }>

export interface EdnoClient {
  readonly send: (application: Uint8Array) => Promise<Reply>
  /** A dry run of the same bytes: asks no registry and uses up no id. */
  readonly plan: (application: Uint8Array) => Promise<PlanReply>
  readonly receiptOf: (id: ExchangeId) => Promise<Receipt | undefined>
  readonly close: () => void
}

/** A client of one edno over one kept-alive connection with a client certificate. `language` chooses that of problems. */
export function ednoClient(connection: Connection, language: 'bg' | 'en' = 'en'): EdnoClient {
  const { http, close } = connect(connection, language)
  return {
    send: async (application) => replyOf(await post(http, '/v1/exchanges', application)),
    plan: async (application) => planOf(await post(http, '/v1/plans', application)),
    receiptOf: async (id) => {
      const response = await http.get<Buffer>(`/v1/exchanges/${id}/receipt`)
      return response.status === 200 ? readReceipt(response.data.toString('utf8')) : undefined
    },
    close,
  }
}

const post = (http: AxiosInstance, path: string, application: Uint8Array): Promise<AxiosResponse<Buffer>> =>
  http.post(path, Buffer.from(application), { headers: { 'Content-Type': MEDIA_TYPES[formOf(application)] } })

function replyOf({ status, headers, data }: AxiosResponse<Buffer>): Reply {
  const [mediaType = ''] = String(headers['content-type'] ?? '').split(';')
  if (formatOf(mediaType) !== undefined) {
    const receipt: unknown = headers['edno-receipt']
    return {
      kind: 'answer',
      status,
      bytes: data,
      ...(typeof receipt === 'string' ? { receipt: readReceiptHeader(receipt) } : {}),
    }
  }
  return problemOf(status, data)
}

const planOf = ({ status, data }: AxiosResponse<Buffer>): PlanReply =>
  status === 200 ? { kind: 'plan', plan: JSON.parse(data.toString('utf8')) as PlanView } : problemOf(status, data)

const problemOf = (status: number, data: Buffer): Extract<Reply, { readonly kind: 'problem' }> => ({
  kind: 'problem',
  status,
  problem: problemIn(data),
})
