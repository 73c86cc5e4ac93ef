import type { AxiosResponse } from 'axios'
import type { AgreementDigest } from '../model/agreement.ts'
import type { AgreementFilter, AgreementPage, AgreementProposal, AgreementView } from '../model/agreement-view.ts'
import type { JsonObject } from '../model/json.ts'
import type { RegistryOffer, ServiceOffer } from './compose-agreements.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import { type Connection, connect, problemIn, type TravellingProblem } from './connect.ts'

/** edno refused; `problem` says why, in the language that the client was opened with. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: TravellingProblem

  constructor(problem: TravellingProblem) {
    super(`${problem.title} (${problem.code}): ${problem.detail ?? problem.advice}`)
    this.problem = problem
  }
}

/** edno shows a content that is not the one its digest names: nobody may sign for that. */
export class NotGenuine extends Error {
  override readonly name = 'NotGenuine'

  constructor(digest: AgreementDigest) {
    super(`what edno shows as the agreement ${digest} is not what this digest names`)
  }
}

/** What became of one act of many. */
export type ActResult =
  | { readonly agreement: Pick<AgreementView, 'digest' | 'state'> }
  | { readonly problem: TravellingProblem }

/** Every method throws `Refused` for a problem, and the network's error where edno does not answer. */
export interface AccessClient {
  readonly services: () => Promise<readonly ServiceOffer[]>
  readonly registries: () => Promise<readonly RegistryOffer[]>
  /** All of them or none. */
  readonly propose: (proposals: readonly AgreementProposal[]) => Promise<readonly AgreementView[]>
  readonly find: (digest: AgreementDigest) => Promise<AgreementView>
  /** Every page. */
  readonly list: (filter?: AgreementFilter) => Promise<readonly AgreementView[]>
  /** `consumer`: another than the caller. */
  readonly explain: (question: { readonly service: string; readonly consumer?: string }) => Promise<JsonObject>
  /** Acts as JWS compact, in their order; one result each. */
  readonly act: (acts: readonly string[]) => Promise<readonly ActResult[]>
  readonly close: () => void
}

/** As many acts as the contract lets into one request. */
const ACTS_AT_ONCE = 500

/** Agreements of one party over one kept-alive connection. */
export function accessClient(connection: Connection, language: 'bg' | 'en' = 'en'): AccessClient {
  const { http, close } = connect(connection, language)
  const get = async <T>(path: string, params: object = {}): Promise<T> => read(await http.get(path, { params })) as T
  const post = async <T>(path: string, body: object): Promise<T> =>
    read(
      await http.post(path, Buffer.from(JSON.stringify(body)), { headers: { 'Content-Type': 'application/json' } }),
    ) as T
  const pages = async (filter: AgreementFilter, after?: string): Promise<AgreementView[]> => {
    const page = await get<AgreementPage>('/v1/access', { ...filter, ...(after === undefined ? {} : { after }) })
    return page.next === undefined ? [...page.agreements] : [...page.agreements, ...(await pages(filter, page.next))]
  }
  return {
    services: () => get('/v1/services'),
    registries: () => get('/v1/registries'),
    propose: async (proposals) =>
      (await post<{ agreements: readonly AgreementView[] }>('/v1/access', { proposals })).agreements,
    find: async (digest) => genuine(await get<AgreementView>(`/v1/access/${digest}`), digest),
    explain: (question) => get('/v1/explanations', question),
    list: async (filter = {}) => (await pages(filter)).map((view) => genuine(view)),
    act: async (acts) => {
      const results: ActResult[] = []
      for (let at = 0; at < acts.length; at += ACTS_AT_ONCE) {
        const some = { acts: acts.slice(at, at + ACTS_AT_ONCE) }
        results.push(...(await post<{ results: readonly ActResult[] }>('/v1/access/acts', some)).results)
      }
      return results
    },
    close,
  }
}

/** Whoever signs an act signs a digest: it must be that of the content that was shown, whatever edno says. */
function genuine(view: AgreementView, asked: AgreementDigest = view.digest): AgreementView {
  if (view.digest !== asked || sha256Hex(canonicalJson(view.content)) !== view.digest) throw new NotGenuine(asked)
  return view
}

function read({ status, data }: AxiosResponse<Buffer>): unknown {
  if (status >= 400) throw new Refused(problemIn({ status, data }))
  return JSON.parse(data.toString('utf8'))
}
