import { Agent } from 'node:https'
import axios, { type AxiosInstance, isAxiosError } from 'axios'
import { AdapterFault, type AdapterFaultKind, type RegistryEndpoint } from '../adapter.ts'
import { readRetryAfter } from './retry-after.ts'

/** Many times what any operation here answers; an operation that needs more says so in its manifest. */
export const DEFAULT_ANSWER_BYTES = 256 * 1024
const MAX_QUESTION_BYTES = 256 * 1024
const MAX_SOCKETS = 64

/** One POST to a registry. */
export interface RegistryRequest {
  /** Appended to the registry's URL; never holds personal data, because addresses are logged on the way. */
  readonly path: string
  /** Of the body, with its parameters. */
  readonly contentType: string
  /** Others than `Content-Type` and `Accept`. */
  readonly headers?: Readonly<Record<string, string>>
  /** At most 262144 bytes of UTF-8. */
  readonly body: string
  /** Media types, lower case without parameters, that the answer may have. */
  readonly accept: readonly string[]
  /** A status other than 2xx whose body is handed on if its media type fits (SOAP 1.1 sends a fault with 500). */
  readonly readable?: number
  /** 262144 where absent; a longer answer is a `bad-answer`. */
  readonly maxAnswerBytes?: number | undefined
  /** That of the call: ends the question. */
  readonly signal: AbortSignal
}

/** What came back: a whole answer of an accepted media type. */
export interface RegistryReply {
  /** 2xx, or the one that `RegistryRequest.readable` names. */
  readonly status: number
  /** The octets as they came. */
  readonly body: Uint8Array
}

/** One registry's connections. Every failure is an `AdapterFault` whose message holds nothing of question or answer. */
export interface RegistryHttp extends AsyncDisposable {
  /** Throws an `AdapterFault`: `unavailable`, `busy` (with Retry-After), `timeout`, `refused` or `bad-answer`. */
  post(request: RegistryRequest): Promise<RegistryReply>
}

/** Node names each connection by all that it was made with, keys too, at each question; here all are made with the same. */
class OneRegistryAgent extends Agent {
  override getName(): string {
    return 'registry'
  }
}

export function registryHttp(endpoint: RegistryEndpoint): RegistryHttp {
  const agent = new OneRegistryAgent({
    keepAlive: true,
    // Said aloud: unsaid, NODE_TLS_REJECT_UNAUTHORIZED of the environment would decide.
    rejectUnauthorized: true,
    maxSockets: MAX_SOCKETS,
    ca: endpoint.ca,
    cert: endpoint.certificate,
    key: endpoint.key,
  })
  const client = axios.create({
    baseURL: endpoint.url,
    httpsAgent: agent,
    proxy: false,
    maxRedirects: 0,
    maxBodyLength: MAX_QUESTION_BYTES,
    responseType: 'arraybuffer',
    // Texts go out and bytes come in as they are.
    transformRequest: [],
    transformResponse: [],
    // Statuses are judged below, after the whole answer arrived.
    validateStatus: () => true,
  })
  return {
    post: (request) => post(client, request),
    [Symbol.asyncDispose]: () => {
      agent.destroy()
      return Promise.resolve()
    },
  }
}

async function post(client: AxiosInstance, request: RegistryRequest): Promise<RegistryReply> {
  if (request.signal.aborted) throw new AdapterFault('timeout', 'the time to ask the registry was over')
  const reply = await client
    .request<Uint8Array>({
      method: 'post',
      url: request.path,
      data: request.body,
      headers: { ...request.headers, 'content-type': request.contentType, accept: request.accept.join(', ') },
      signal: request.signal,
      maxContentLength: request.maxAnswerBytes ?? DEFAULT_ANSWER_BYTES,
    })
    .catch((error: unknown) => {
      throw transportFault(error, request.signal)
    })
  const contentType: unknown = reply.headers['content-type']
  const retryAfterMs = readRetryAfter(reply.headers['retry-after'], Date.now())
  judge(
    { status: reply.status, contentType: typeof contentType === 'string' ? contentType : '', retryAfterMs },
    request,
  )
  return { status: reply.status, body: reply.data }
}

interface Head {
  readonly status: number
  readonly contentType: string
  readonly retryAfterMs: number | undefined
}

function judge({ status, contentType, retryAfterMs }: Head, { accept, readable }: RegistryRequest): void {
  const fits = accept.includes(contentType.split(';')[0]?.trim().toLowerCase() ?? '')
  const success = status >= 200 && status < 300
  if (!success && !(fits && status === readable)) {
    const kind = kindOfStatus(status, retryAfterMs !== undefined)
    const more = kind === 'busy' ? { retryAfterMs } : {}
    throw new AdapterFault(kind, `the registry answered with status ${status}`, more)
  }
  if (!fits) throw new AdapterFault('bad-answer', 'the answer has another media type than asked')
}

/** A 503 that does not say when to come back may be a gateway with nothing behind it. */
function kindOfStatus(status: number, saysWhen: boolean): AdapterFaultKind {
  if (status === 401 || status === 403) return 'refused'
  if (status === 429 || (status === 503 && saysWhen)) return 'busy'
  return status >= 500 ? 'unavailable' : 'bad-answer'
}

/** The library's own messages can hold addresses and parts of the answer: none of them is passed on. */
function transportFault(error: unknown, signal: AbortSignal): AdapterFault {
  if (signal.aborted) return new AdapterFault('timeout', 'the registry did not answer in time')
  const code = isAxiosError(error) ? (error.code ?? 'unknown') : 'unknown'
  // Set by axios where the answer began and then broke off, or grew over the limit.
  if (code === 'ERR_BAD_RESPONSE') return new AdapterFault('bad-answer', 'the answer is truncated or too large')
  if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return new AdapterFault('timeout', 'the connection timed out')
  return new AdapterFault('unavailable', `the registry cannot be reached (${code})`)
}
