import type { Request, RequestHandler } from 'express'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import type { Caller, Door } from './door.ts'

/** Name of the setting that says through which door an application of express is reached. */
export const DOOR = 'edno door'

export const callerOf = (request: Request): Caller => (request.app.get(DOOR) as Door)(request)

/** Registered is not enough: a certificate that was revoked yesterday is shut out today, without a restart. */
export const requireTrustedCaller =
  (broker: Pick<Broker, 'judgeConnection'>): RequestHandler =>
  async (request, _response, next) => {
    const { certificate } = callerOf(request)
    if (certificate !== undefined) await broker.judgeConnection(certificate)
    next()
  }

/** The party whose registered client certificate the caller proved possession of. */
export function identify(request: Request, broker: Pick<Broker, 'partyOf'>): PartyId {
  const { certificate, der } = callerOf(request)
  if (certificate === undefined) throw new BrokerError('access.unauthenticated', 'no client certificate was presented')
  const party = broker.partyOf(certificate, der)
  if (party === undefined) throw new BrokerError('access.unknown-party', 'the client certificate is not registered')
  return party
}
