import type { AdmittedRequest, RepeatedRequest, VerifiedRequest } from '../model/exchange.ts'
import { isExchangeId, partyId } from '../model/ids.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { ExchangePorts, TimeWindow } from './ports.ts'
import { requireSender } from './require-sender.ts'

type Needs = Pick<
  ExchangePorts,
  'clock' | 'findExchange' | 'timeWindow' | 'isActive' | 'readApplication' | 'findService' | 'mayHandIn'
>

/** The same id and bytes → the same answer again; other bytes → refused; then the time window of `issuedAt`. */
export async function admit(verified: VerifiedRequest, ports: Needs): Promise<AdmittedRequest | RepeatedRequest> {
  const { exchangeId, consumer: consumerText, issuedAt } = verified.head
  if (exchangeId === undefined || !isExchangeId(exchangeId))
    throw new BrokerError('request.schema', 'ExchangeId: a UUID in lower case is expected')
  if (consumerText === undefined) throw new BrokerError('request.schema', 'Consumer: missing')
  const consumer = partyId(consumerText)
  const earlier = await ports.findExchange(consumer, exchangeId)
  if (earlier !== undefined) {
    if (!Buffer.from(earlier).equals(verified.requestDigest))
      throw new BrokerError('request.replayed', 'this ExchangeId was used for other bytes')
    requireActive(verified, ports)
    requireRelay(verified, ports)
    return { stage: 'repeated', consumer, exchangeId }
  }
  requireTimely(issuedAt, ports.clock(), ports.timeWindow)
  return { ...verified, stage: 'admitted', exchangeId, consumer }
}

/** An answer is given again without a decision, but to nobody who is suspended by now. */
function requireActive({ signer, connection, head }: VerifiedRequest, { isActive }: Pick<Needs, 'isActive'>): void {
  const parties = [signer.party, connection, ...(head.onBehalfOf === undefined ? [] : [partyId(head.onBehalfOf)])]
  for (const party of parties)
    if (!isActive(party)) throw new BrokerError('access.suspended', `${party} is not an active party`)
}

/** Who only brings the bytes of another gets no answer that it could not have asked for. */
function requireRelay(verified: VerifiedRequest, ports: Needs): void {
  if (verified.connection === verified.signer.party) return
  const { id, version } = ports.readApplication(verified.content, verified.format).service
  requireSender(verified, ports.findService(id, version)?.definition, ports)
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

function requireTimely(issuedAt: string | undefined, now: Date, window: TimeWindow): void {
  const at = issuedAt !== undefined && RFC3339.test(issuedAt) ? Date.parse(issuedAt) : Number.NaN
  if (Number.isNaN(at)) throw new BrokerError('request.schema', 'IssuedAt: a date and time with offset is expected')
  const age = now.getTime() - at
  if (age > window.pastMs)
    throw new BrokerError('request.expired', `IssuedAt is more than ${window.pastMs / 1000} s old`)
  if (-age > window.futureMs)
    throw new BrokerError('request.expired', `IssuedAt is more than ${window.futureMs / 1000} s in the future`)
}
