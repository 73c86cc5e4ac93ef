import type { Response } from 'express'
import type { OperationInput } from '../adapter-kit/adapter.ts'
import type { Cast, RegistryFault, StandInHandler } from '../adapter-kit/simulator.ts'

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
  stalled: (response, answer) => sendHalf(response, answer),
  truncated: async (response, answer) => {
    await sendHalf(response, answer)
    response.socket?.destroy()
  },
}

/** The length says the whole answer, half of it comes. */
async function sendHalf(response: Response, answer: Prepared): Promise<void> {
  const whole = Buffer.from(answer.body)
  response.type(answer.mediaType).set('content-length', String(whole.length))
  await new Promise((resolve) => response.write(whole.subarray(0, whole.length >> 1), resolve))
}

/** Somebody else of the cast whom the registry knows, put in place of the one asked about. */
export function anotherSubject(
  input: OperationInput,
  field: string,
  cast: Cast,
  handler: StandInHandler,
): OperationInput {
  const others = identifiersOf(cast).filter((identifier) => identifier !== input[field])
  const other = others.find((identifier) => handler({ ...input, [field]: identifier }, cast) !== undefined)
  return other === undefined ? input : { ...input, [field]: other }
}

const identifiersOf = (cast: Cast): readonly string[] => [
  ...cast.persons.map(({ egn }) => egn),
  ...cast.firms.map(({ uic }) => uic),
  ...cast.vehicles.flatMap(({ plate, vin }) => [plate, vin]),
]
