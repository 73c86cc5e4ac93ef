import type { Response } from 'express'
import type { OperationInput } from '../adapter-kit/adapter.ts'
import type { Cast, RegistryFault } from '../adapter-kit/simulator.ts'
import type { HostedOperation } from './stand-in.ts'

/** What the registry would send if it were well. */
export interface Prepared {
  readonly mediaType: string
  readonly body: string
}

/** Sends the answer the way the fault says. */
export async function sendWith(fault: RegistryFault | undefined, response: Response, answer: Prepared): Promise<void> {
  if (fault !== undefined) await MISCHIEF[fault.kind](response, answer, fault)
  // Broken off, already sent, or left hanging on purpose: nothing more to say.
  if (fault?.kind === 'hang' || response.headersSent || response.socket?.destroyed !== false) return
  response.type(answer.mediaType).send(answer.body)
}

type Mischief = (response: Response, answer: Prepared, fault: RegistryFault) => Promise<void> | void

const nothing: Mischief = () => undefined

const MISCHIEF: Readonly<Record<RegistryFault['kind'], Mischief>> = {
  hang: nothing,
  // Has been done to the question already (see `anotherSubject`).
  'other-subject': nothing,
  slow: (_response, _answer, { ms = 1000 }) => new Promise((resolve) => setTimeout(resolve, ms)),
  reset: (response) => {
    response.socket?.destroy()
  },
  'error-500': (response) => {
    response.status(500).type('text/html').send('<html><body><h1>500 Internal Server Error</h1></body></html>')
  },
  busy: (response, { mediaType }, { ms = 1000 }) => {
    response
      .status(429)
      .set('retry-after', String(Math.ceil(ms / 1000)))
      .type(mediaType)
      .send('')
  },
  garbage: (response, { mediaType }) => {
    response.type(mediaType).send('&lt;@#!{ не е това, което беше питано ]]>')
  },
  malformed: (response, { mediaType }) => {
    response.type(mediaType).send(/json/.test(mediaType) ? '{"unexpected":true}' : '<unexpected xmlns="urn:other"/>')
  },
  decomposed: (response, { mediaType, body }) => {
    response.type(mediaType).send(decomposed(body))
  },
  dripping: (response, answer) => drip(response, answer),
  stalled: (response, answer) => sendHalf(response, answer),
  truncated: async (response, answer) => {
    await sendHalf(response, answer)
    response.socket?.destroy()
  },
}

/** й and Й as a letter and a breve, which the eye cannot tell from the one character. */
export const decomposed = (text: string): string => text.replaceAll(/[йЙ]/g, (letter) => letter.normalize('NFD'))

/** No single pause is long, and the whole never ends. */
export const DRIP_EVERY_MS = 20

async function drip(response: Response, answer: Prepared): Promise<void> {
  const whole = Buffer.from(answer.body)
  response.type(answer.mediaType).set('content-length', String(whole.length))
  for (let at = 0; at < whole.length && response.socket?.destroyed === false; at += 1) {
    response.write(whole.subarray(at, at + 1))
    await new Promise((resolve) => setTimeout(resolve, DRIP_EVERY_MS))
  }
}

/** The length says the whole answer, half of it comes. */
async function sendHalf(response: Response, answer: Prepared): Promise<void> {
  const whole = Buffer.from(answer.body)
  response.type(answer.mediaType).set('content-length', String(whole.length))
  await new Promise((resolve) => response.write(whole.subarray(0, whole.length >> 1), resolve))
}

/** Somebody else whom the registry knows, put in place of the one asked about. */
export function anotherSubject(input: OperationInput, operation: HostedOperation, cast: Cast): OperationInput {
  const { subject } = operation.manifest
  if (subject === 'none') return input
  const field = subject.input
  const others = [
    ...identifiersOf(cast).map((identifier) => ({ ...input, [field]: identifier })),
    ...operation.examples,
  ]
  return others.find((other) => other[field] !== input[field] && operation.handler(other, cast) !== undefined) ?? input
}

const identifiersOf = (cast: Cast): readonly string[] => [
  ...cast.persons.map(({ egn }) => egn),
  ...cast.firms.map(({ uic }) => uic),
  ...cast.vehicles.flatMap(({ plate, vin }) => [plate, vin]),
]
