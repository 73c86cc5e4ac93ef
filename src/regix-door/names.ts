import { REGIX_DATA, REGIX_SERVICE, TEMPURI } from '../adapter-kit/regix/names.ts'
import type { RegixAddress } from '../model/regix.ts'

export const ADDRESSING = 'http://www.w3.org/2005/08/addressing'
export const WS_SECURITY = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
export const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#'
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
export const XSD = 'http://www.w3.org/2001/XMLSchema'

/** What an entry point takes; its own names for what both can do. */
export type Operation = 'ask' | 'begin' | 'check' | 'acknowledge'

interface Entry {
  /** Of the wrapper elements. */
  readonly namespace: string
  /** Of the request's and the answer's members. */
  readonly data: string
  /** Before the name of an operation. */
  readonly action: string
  /** Element of the body → what it asks. */
  readonly operations: Readonly<Record<string, Operation>>
}

export const ENTRIES: Readonly<Record<RegixAddress['entry'], Entry>> = {
  v1: {
    namespace: TEMPURI,
    data: TEMPURI,
    action: `${TEMPURI}IRegiXEntryPoint/`,
    operations: { ExecuteSynchronous: 'ask', Execute: 'begin', CheckResult: 'check' },
  },
  v2: {
    namespace: REGIX_SERVICE,
    data: REGIX_DATA,
    action: `${REGIX_SERVICE}/IRegiXEntryPointV2/`,
    operations: { Execute: 'ask', CheckResult: 'check', AcknowledgeResultReceived: 'acknowledge' },
  },
}
