import { escapeXml } from '../adapter-kit/soap/xml-element.ts'
import type { RegixAddress } from '../model/regix.ts'

/** A result of RegiX; what is absent is written as RegiX writes it. */
export interface Result {
  readonly ready: boolean
  /** The whole element. */
  readonly data?: string
  readonly error?: string
  /** Absent: left out. */
  readonly callId?: string
  readonly verificationCode?: string
}

/** The members in the order of the schema; `Error` is always there, or clients take its absence for an error. */
export const writeMembers = ({ entry }: RegixAddress, result: Result): string =>
  `<IsReady>${result.ready}</IsReady>${result.data ?? NO_DATA[entry]}${errorOf(result)}` +
  `${optional('ServiceCallID', result.callId)}${optional('VerificationCode', result.verificationCode)}`

/** V1 always writes the element. */
const NO_DATA = { v1: '<Data id="data"><Matrix xsi:nil="true"/></Data>', v2: '<Data xsi:nil="true"/>' } as const

const errorOf = ({ error }: Result): string =>
  error === undefined
    ? '<HasError>false</HasError><Error xsi:nil="true"/>'
    : `<HasError>true</HasError><Error>${escapeXml(error)}</Error>`

const optional = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escapeXml(text)}</${name}>`

/** V1's `Execute` begins something and answers with no more than its number. */
export const writeBegun = (callId: string, error?: string): string =>
  `<ServiceCallID>${callId}</ServiceCallID>${errorOf({ ready: false, ...(error === undefined ? {} : { error }) })}`
