import { BrokerError } from '../problem/broker-error.ts'

type EnvelopeCode = 'regix.body' | 'regix.argument' | 'regix.action' | 'regix.must-understand' | 'regix.soap-version'

export const refuse = (code: EnvelopeCode, detail: string): never => {
  throw new BrokerError(code, detail)
}
