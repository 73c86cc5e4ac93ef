import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileMisfit, compileSchema } from '../../schema/compile-schema.ts'
import { AdapterFault, type OperationInput } from '../adapter.ts'
import { keepFields } from '../keep-fields.ts'
import { askedPaths, type OperationMaker } from '../operation.ts'
import { readAsOf, readSourceReference } from '../provenance-text.ts'
import { isDeepJson } from './json-depth.ts'

const JSON_TYPE = 'application/json'

/** What the adapter reads out of the registry's own words. */
export interface RestReading {
  /** All fields; `undefined` where the registry says that it has no record. */
  readonly evidence: object | undefined
  /** The registry's number of this answer. */
  readonly reference: string
  /** ISO date or instant; the time of the answer where the registry states none. */
  readonly asOf?: string
  /** The identifier the registry says it was asked about. */
  readonly echo?: string
}

/** How an operation stands on a REST registry's wire: one POST (identifiers never stand in addresses), JSON both ways. */
export interface RestWire<Answer> {
  /** Appended to the registry's URL. */
  readonly path: string
  /** The JSON body for a question. */
  readonly question: (input: OperationInput) => object
  /** Called with an answer that `answer.schema.json` of the operation's folder accepts. */
  readonly read: (answer: Answer) => RestReading
}

/** An operation of a registry with an interface of its own; a status other than 2xx is never "no record". */
export const restOperation =
  <Answer>(wire: RestWire<Answer>): OperationMaker =>
  ({ http, manifest, folder }) => {
    const schema = pathToFileURL(join(folder, 'answer.schema.json'))
    const judge = compileSchema(schema)
    const misfitOf = compileMisfit(schema)
    return async (input, context) => {
      const reply = await http.post({
        path: wire.path,
        contentType: JSON_TYPE,
        body: JSON.stringify(wire.question(input)),
        accept: [JSON_TYPE],
        signal: context.signal,
        maxAnswerBytes: manifest.maxAnswerBytes,
      })
      const answer = parsed(reply.body)
      const [mistake] = judge(answer)
      if (mistake !== undefined) {
        const at = misfitOf(answer)
        throw new AdapterFault('bad-answer', `the answer is not as agreed: ${mistake.message}`, { at })
      }
      const { evidence, reference, asOf, echo } = wire.read(answer as Answer)
      const base = {
        asOf: asOf === undefined ? new Date().toISOString() : readAsOf(asOf),
        sourceReference: readSourceReference(reference),
        signedByRegistry: false,
        received: { mediaType: JSON_TYPE, body: reply.body },
        ...(echo === undefined ? {} : { echo }),
      }
      if (evidence === undefined) return { ...base, status: 'not-found' }
      return { ...base, status: 'found', evidence: keepFields(evidence, askedPaths(context.fields, manifest)) }
    }
  }

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function parsed(body: Uint8Array): unknown {
  if (isDeepJson(body)) throw new AdapterFault('bad-answer', 'the answer nests deeper than any agreed one')
  try {
    return JSON.parse(UTF8.decode(body))
  } catch {
    throw new AdapterFault('bad-answer', 'the answer is not JSON in UTF-8')
  }
}
