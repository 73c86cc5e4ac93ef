import type { Request } from 'express'
import { TLSSocket } from 'node:tls'
import type { PartyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'

/** The party whose registered client certificate this connection proved possession of. */
export function identify(request: Request, broker: Pick<Broker, 'partyOf'>): PartyId {
  const certificate = request.socket instanceof TLSSocket ? request.socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) throw new BrokerError('access.unauthenticated', 'no client certificate was presented')
  const party = broker.partyOf(certificate.fingerprint256.replaceAll(':', '').toLowerCase())
  if (party === undefined) throw new BrokerError('access.unknown-party', 'the client certificate is not registered')
  return party
}
