import { createHash } from 'node:crypto'
import type { ApplicationHead } from '../model/application.ts'
import type { ReceivedRequest, Signer, VerifiedRequest } from '../model/exchange.ts'
import { partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts } from './ports.ts'

type Needs = Pick<ExchangePorts, 'verifySignature' | 'readHead' | 'actsFor'>

/** Cryptographic truth first, then that signer, connection and Consumer are one party or its recorded delegate. */
export async function verify(received: ReceivedRequest, ports: Needs): Promise<VerifiedRequest> {
  const { content, signer, valueDigest } = await ports.verifySignature(received)
  if (signer.party !== received.connection && !ports.actsFor(received.connection, signer.party))
    throw new BrokerError('signature.party-mismatch', 'the connection belongs to another party than the signature')
  const head = headThrough(received, signer) ?? ports.readHead(content, received.format)
  if (head.consumer !== undefined && head.consumer !== signer.party)
    throw new BrokerError('signature.party-mismatch', 'Consumer is another party than the signer')
  if (head.onBehalfOf !== undefined && !ports.actsFor(signer.party, partyId(head.onBehalfOf)))
    throw new BrokerError('signature.party-mismatch', 'no delegation to the signer is recorded for OnBehalfOf')
  return {
    stage: 'verified',
    format: received.format,
    content,
    head,
    signer,
    connection: received.connection,
    ...(valueDigest === undefined ? {} : { signatureDigest: valueDigest }),
    requestDigest: createHash('sha256').update(received.bytes).digest(),
    proof: received.proof,
    ...(received.channel === undefined ? {} : { channel: received.channel }),
    receivedAt: received.receivedAt,
  }
}

/** Nothing that came through a channel says who it is from, or when: edno saw that itself. */
const headThrough = ({ channel, receivedAt }: ReceivedRequest, { party }: Signer): ApplicationHead | undefined =>
  channel && {
    exchangeId: channel.exchangeId,
    consumer: party,
    onBehalfOf: undefined,
    issuedAt: receivedAt.toISOString(),
  }
