import type { VerifiedRequest } from '../model/exchange.ts'
import type { Service } from '../model/service.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts } from './ports.ts'

/**
 * `verify` lets in whoever acts for the signer at all. Whom agreements name acts for it in what they are about and nothing
 * else, which shows only here, where the service is known. Refuses with `access.delegation`.
 */
export function requireSender(
  { connection, signer }: Pick<VerifiedRequest, 'connection' | 'signer'>,
  service: Service | undefined,
  ports: Pick<ExchangePorts, 'mayHandIn'>,
): void {
  if (connection === signer.party || ports.mayHandIn(connection, signer.party, service)) return
  throw new BrokerError('access.delegation', `${connection} hands in nothing of this service for ${signer.party}`)
}
