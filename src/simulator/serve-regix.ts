import type { Response } from 'express'
import type { OperationInput } from '../adapter-kit/adapter.ts'
import { type EntryPoint, V2_BASIC } from '../adapter-kit/regix/entry-point.ts'
import { CALLBACK, writePending } from '../adapter-kit/regix/execute-reply.ts'
import {
  type ExecuteRequest,
  readQuestion,
  readReference,
  type RegixCallContext,
} from '../adapter-kit/regix/execute-request.ts'
import type { RegistryFault } from '../adapter-kit/simulator.ts'
import type { RegixSigner } from '../adapter-kit/soap/sign-data.ts'
import { readSoapBody, soapEnvelope, soapFault } from '../adapter-kit/soap/envelope.ts'
import { readDom } from '../adapter-kit/soap/read-dom.ts'
import type { XmlElement } from '../adapter-kit/soap/xml-element.ts'
import { regixQuestion } from './answer.ts'
import { type Prepared, sendWith } from './faults.ts'
import type { HostedOperation, HostedRegistry } from './stand-in.ts'

/** A question to which the stand-in promised an answer. */
export interface PromisedCall {
  readonly registry: string
  readonly callId: number
  readonly verificationCode: string
  readonly callbackUrl: string | undefined
  /** How often it was asked for, and whether it was told that the answer arrived. */
  readonly checks: number
  readonly acknowledged: boolean
  /** `ExecuteCallback` with the answer, as RegiX would send it of itself. */
  readonly callback: () => string
  /** It has its answer from now on, however long it was to take. */
  readonly end: () => void
}

interface Remembered extends PromisedCall {
  readyAt: number
  readonly answer: (place: { readonly operation: string; readonly entry: EntryPoint }) => Prepared
  checks: number
  acknowledged: boolean
}

/** What the stand-ins of one simulator promised. */
export class PromisedAnswers {
  readonly #delays = new Map<string, number>()
  readonly all: Remembered[] = []

  setDelay(registry: string, ms: number | undefined): void {
    if (ms === undefined) this.#delays.delete(registry)
    else this.#delays.set(registry, ms)
  }

  delayOf(registry: string): number | undefined {
    return this.#delays.get(registry)
  }

  find(registry: string, { reference, proof }: { readonly reference: string; readonly proof?: string }) {
    return this.all.find(
      (each) =>
        each.registry === registry &&
        String(each.callId) === reference &&
        (proof === undefined || proof === each.verificationCode),
    )
  }
}

interface Asked {
  readonly registry: HostedRegistry
  readonly entry: EntryPoint
  readonly body: Uint8Array
}

/** What the entry points of all registries have in common. */
interface Desk {
  readonly seal: RegixSigner | undefined
  readonly promised: PromisedAnswers
  readonly faultOf: (registry: string) => RegistryFault | undefined
  readonly answerTo: (asked: {
    readonly registry: string
    readonly operation: HostedOperation
    readonly question: { readonly input: OperationInput }
    readonly callContext: RegixCallContext
  }) => {
    readonly subject: OperationInput
    readonly record: object | undefined
    readonly fault: RegistryFault | undefined
    readonly callId: number
  }
}

export async function serveRegix(asked: Asked, desk: Desk, response: Response): Promise<void> {
  const element = readSoapBody(asked.body, readDom, asked.entry.soap)
  if (element.name === 'CheckResult') await check(element, asked, { desk, response })
  else if (element.name === 'AcknowledgeResultReceived') await acknowledge(element, asked, { desk, response })
  else await execute(readQuestion(element, asked.entry), { ...asked, operation: element.name }, { desk, response })
}

interface Out {
  readonly desk: Desk
  readonly response: Response
}

async function execute(
  request: ExecuteRequest,
  { registry, entry, operation: name }: Asked & { readonly operation: string },
  { desk, response }: Out,
): Promise<void> {
  for (const operation of registry.operations) {
    if (operation.wire.kind !== 'regix' || operation.wire.map.operation !== request.operation) continue
    const wire = { request, map: operation.wire.map, signer: desk.seal }
    const question = regixQuestion(wire, { operation: name, entry })
    const { callContext } = request
    const { subject, record, fault, callId } = desk.answerTo({
      registry: registry.id,
      operation,
      question,
      callContext,
    })
    const delayMs = desk.promised.delayOf(registry.id)
    if (request.asynchronous !== true || delayMs === undefined)
      return sendWith(fault, response, question.answer(subject, record, callId))
    const verificationCode = `code-${callId}-${Math.random().toString(36).slice(2)}`
    const fresh = { checks: 0, acknowledged: false, callbackUrl: request.callbackUrl }
    const answer: Remembered['answer'] = (place) => regixQuestion(wire, place).answer(subject, record, callId)
    const pushed = regixQuestion({ ...wire, code: verificationCode }, { operation: CALLBACK, entry: V2_BASIC })
    const callback = (): string => pushed.answer(subject, record, callId).body
    const promised: Remembered = {
      ...{ ...fresh, registry: registry.id, callId, verificationCode, answer, callback },
      readyAt: performance.now() + delayMs,
      end: () => void (promised.readyAt = 0),
    }
    desk.promised.all.push(promised)
    const body = writePending(callId, verificationCode, { operation: name, entry })
    return sendWith(fault, response, { mediaType: entry.mediaType, body })
  }
  response.status(500).type(entry.mediaType).send(soapFault('Element request.Operation is invalid.', entry.soap))
}

async function check(element: XmlElement, { registry, entry }: Asked, { desk, response }: Out): Promise<void> {
  const found = desk.promised.find(registry.id, readReference(element, entry))
  if (found === undefined || found.acknowledged) {
    refuse(entry, response)
    return
  }
  found.checks += 1
  const place = { operation: element.name, entry }
  const { callId, verificationCode } = found
  const answer =
    performance.now() < found.readyAt
      ? { mediaType: entry.mediaType, body: writePending(callId, verificationCode, place) }
      : found.answer(place)
  await sendWith(desk.faultOf(registry.id), response, answer)
}

async function acknowledge(element: XmlElement, { registry, entry }: Asked, { desk, response }: Out): Promise<void> {
  const found = desk.promised.find(registry.id, readReference(element, entry))
  if (found === undefined) {
    refuse(entry, response)
    return
  }
  const fault = desk.faultOf(registry.id)
  found.acknowledged ||= fault === undefined
  const body = soapEnvelope(`<AcknowledgeResultReceivedResponse xmlns="${entry.service}"/>`, entry.soap)
  await sendWith(fault, response, { mediaType: entry.mediaType, body })
}

function refuse(entry: EntryPoint, response: Response): void {
  response.status(500).type(entry.mediaType).send(soapFault('No such serviceCallID could be found!', entry.soap))
}
