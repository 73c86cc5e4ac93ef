import type { ExchangeId } from './ids.ts'

/** Which entry point of RegiX a request came to, and how its messages stand there; told by the address alone. */
export interface RegixAddress {
  readonly entry: 'v1' | 'v2'
  readonly soap: '1.1' | '1.2'
}

/** What the transport alone proves, and the binding adds, where nothing is signed. */
export interface Channel extends RegixAddress {
  /** SHA-256 of the client certificate, lower-case hex. */
  readonly certificate: string
  /** Made by edno. */
  readonly exchangeId: ExchangeId
  /** ServiceCallID, a decimal. */
  readonly callId: string
}

/** How a question of RegiX wants its answer written: what of its envelope outlives it. */
export interface RegixForm extends RegixAddress {
  readonly callId: string
  /** Full technical name, as it was asked for. */
  readonly operation: string
  /** The request element, as it goes back in the answer. */
  readonly argument: string
  /** The answer is fetched by `CheckResult`. */
  readonly asynchronous: boolean
  readonly signResult: boolean
  readonly returnAccessMatrix: boolean
  /** For clients made from the older WSDL, which knows no ServiceCallID. */
  readonly withoutCallId?: boolean
  /** The service is a composite one of edno. */
  readonly composite?: boolean
  /** By WS-Addressing; with the identifier of the message where it has one. */
  readonly addressed?: { readonly messageId?: string }
}
