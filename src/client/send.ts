import { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios'
import { type Receipt, readReceipt, readReceiptHeader } from '../exchange-log/receipt.ts'
import type { ExchangeId } from '../model/ids.ts'
import { formatOf, MEDIA_TYPES } from '../model/media-types.ts'
import type { PlanView } from '../model/plan-view.ts'
import { type FollowedEvent, followEvents } from './follow.ts'
import { formOf } from './form-of.ts'
import { type Connection, connect, problemIn, type TravellingProblem } from './connect.ts'

export type { Connection, TravellingProblem } from './connect.ts'

/** There is no answer yet. */
export interface Later {
  readonly kind: 'later'
  readonly status: 202
  readonly exchangeId: ExchangeId
  readonly state: 'running' | 'deferred'
  /** ISO instant: the answer is there by then. */
  readonly outerEnd: string
  readonly retryAfterSeconds: number
}

/** What came back: a signed answer (200, or 502 with Status refused), or a problem. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly bytes: Buffer; readonly receipt?: Receipt }
  | { readonly kind: 'problem'; readonly status: number; readonly problem: TravellingProblem }

/** What a dry run tells, or why there is none. */
export type PlanReply =
  | { readonly kind: 'plan'; readonly plan: PlanView }
  | Extract<Reply, { readonly kind: 'problem' }>

/** What may be asked of edno about exchanges; nothing of it is verified here. */
export interface EdnoClient {
  /** The answer, however much later than on this line its service lets it come. */
  readonly send: (application: Uint8Array) => Promise<Reply>
  /** Waits so long, and 0 not at all; absent: until the answer leaves, or is deferred. */
  readonly sendFor: (application: Uint8Array, waitSeconds?: number) => Promise<Reply | Later>
  /** The answer of an exchange that was sent before, waited for up to so many seconds (60 at most). */
  readonly answerOf: (id: ExchangeId, waitSeconds: number) => Promise<Reply | Later>
  /** What happens to an exchange, until nothing more will. */
  readonly follow: (id: ExchangeId, signal: AbortSignal) => AsyncGenerator<FollowedEvent>
  /** Takes an exchange back. */
  readonly cancel: (id: ExchangeId) => Promise<Reply | Later>
  /** A dry run of the same bytes: asks no registry and uses up no id. */
  readonly plan: (application: Uint8Array) => Promise<PlanReply>
  /** The trust document, a compact JWS. */
  readonly trust: () => Promise<string>
  readonly receiptOf: (id: ExchangeId) => Promise<Receipt | undefined>
  readonly close: () => void
}

/** A client of one edno over one kept-alive connection with a client certificate. `language` chooses that of problems. */
export function ednoClient(connection: Connection, language: 'bg' | 'en' = 'en'): EdnoClient {
  const { http, close } = connect(connection, language)
  const sendFor: EdnoClient['sendFor'] = async (application, waitSeconds) =>
    replyOf(http, await post(http, '/v1/exchanges', application, preferenceOf(waitSeconds)))
  const answerOf: EdnoClient['answerOf'] = async (id, waitSeconds) =>
    replyOf(http, await http.get(`/v1/exchanges/${id}`, { headers: preferenceOf(waitSeconds) }))
  return {
    send: async (application) => {
      let reply = await sendFor(application)
      while (reply.kind === 'later') reply = await answerOf(reply.exchangeId, WAIT_SECONDS)
      return reply
    },
    sendFor,
    answerOf,
    follow: (id, signal) => followEvents(http, id, signal),
    cancel: async (id) => replyOf(http, await http.delete(`/v1/exchanges/${id}`)),
    plan: async (application) => planOf(await post(http, '/v1/plans', application)),
    trust: async () => (await http.get<Buffer>('/v1/trust')).data.toString('utf8'),
    receiptOf: (id) => receiptAt(http, `/v1/exchanges/${id}/receipt`),
    close,
  }
}

/** As long as edno lets a line wait. */
const WAIT_SECONDS = 60

const preferenceOf = (waitSeconds: number | undefined): Record<string, string> => {
  if (waitSeconds === undefined) return {}
  return { Prefer: waitSeconds === 0 ? 'respond-async' : `respond-async, wait=${waitSeconds}` }
}

const post = (
  http: AxiosInstance,
  path: string,
  application: Uint8Array,
  headers: Record<string, string> = {},
): Promise<AxiosResponse<Buffer>> =>
  http.post(path, Buffer.from(application), {
    headers: { 'Content-Type': MEDIA_TYPES[formOf(application)], ...headers },
  })

async function replyOf(http: AxiosInstance, response: AxiosResponse<Buffer>): Promise<Reply | Later> {
  const { status, headers, data } = response
  const [mediaType = ''] = String(headers['content-type'] ?? '').split(';')
  if (formatOf(mediaType) === undefined)
    return status === 202 ? laterOf(data, headers['retry-after']) : problemOf(status, data)
  const receipt = await receiptWith(http, response)
  return { kind: 'answer', status, bytes: data, ...(receipt === undefined ? {} : { receipt }) }
}

const RECEIPT_LINK = /^<(\/v1\/exchanges\/[\da-f-]{36}\/receipt)>; rel="receipt"$/

/**
 * In the head of the answer, or where that points: a receipt grows with the log, and long ones are in no header. The answer is there
 * even where edno cannot be asked a second time just now: its receipt can be had as long as its exchange is kept (`receiptOf`).
 */
async function receiptWith(http: AxiosInstance, { headers }: AxiosResponse<Buffer>): Promise<Receipt | undefined> {
  const receipt: unknown = headers['edno-receipt']
  if (typeof receipt === 'string') return readReceiptHeader(receipt)
  const path = RECEIPT_LINK.exec(String(headers['link'] ?? ''))?.[1]
  if (path === undefined) return undefined
  return receiptAt(http, path).catch((error: unknown) => {
    if (isAxiosError(error)) return undefined
    throw error
  })
}

async function receiptAt(http: AxiosInstance, path: string): Promise<Receipt | undefined> {
  const { status, data } = await http.get<Buffer>(path)
  return status === 200 ? readReceipt(data.toString('utf8')) : undefined
}

function laterOf(data: Buffer, retryAfter: unknown): Later {
  const told = JSON.parse(data.toString('utf8')) as Pick<Later, 'exchangeId' | 'state' | 'outerEnd'>
  const { exchangeId, state, outerEnd } = told
  return { kind: 'later', status: 202, exchangeId, state, outerEnd, retryAfterSeconds: Number(retryAfter ?? 1) }
}

const planOf = ({ status, data }: AxiosResponse<Buffer>): PlanReply =>
  status === 200 ? { kind: 'plan', plan: JSON.parse(data.toString('utf8')) as PlanView } : problemOf(status, data)

const problemOf = (status: number, data: Buffer): Extract<Reply, { readonly kind: 'problem' }> => ({
  kind: 'problem',
  status,
  problem: problemIn({ status, data }),
})
