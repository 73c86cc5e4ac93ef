import type { ExchangeId, PartyId } from '../model/ids.ts'
import { actsFor } from '../policy/acts-for.ts'
import { readableBy } from '../policy/may-read.ts'
import { requireTrusted } from '../policy/require-trusted.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { ACKNOWLEDGEMENT_TYPE, readAcknowledgement } from '../signature/acknowledgement.ts'
import { verifyStatement } from '../signature/statement.ts'
import { locateExchange, progressOf } from '../store/progress.ts'
import type { Capabilities } from './ports.ts'

/** The signature first, then the path of its certificate, then what it says; as for an application. */
export async function acknowledge(
  sender: PartyId,
  id: ExchangeId,
  jws: string,
  has: Pick<Capabilities, 'store' | 'log' | 'rules' | 'certificates' | 'words' | 'config' | 'clock'>,
): Promise<{ readonly acknowledgedAt: string }> {
  const { log, rules, certificates, words, config, clock } = has
  const consumer = await consumerOf(sender, id, has)
  const at = clock()
  const { seals } = certificates.directories
  const { payload, signer } = verifyStatement(jws, ACKNOWLEDGEMENT_TYPE, seals, at)
  const registered = seals.find(signer.certificate)
  const proofs = registered === undefined ? [] : await requireTrusted(certificates.trust, registered.held, 'seal', at)
  const said = readAcknowledgement(payload)
  if (said.by !== signer.party || !actsFor(rules.governance, signer.party, consumer))
    throw new BrokerError('signature.party-mismatch', 'the acknowledgement is signed by another than the consumer')
  if (Date.parse(said.at) - at.getTime() > config.timeWindow.futureMs)
    throw new BrokerError('request.expired', 'at: lies in the future')
  if (said.exchangeId !== id) throw new BrokerError('exchange.other-answer', 'it is of another exchange')
  if (registered !== undefined) await words.keep(registered.held.certificate, proofs, at)
  await log.acknowledge({ consumer, exchangeId: id, answer: said.answer, signer, jws, at })
  return { acknowledgedAt: at.toISOString() }
}

async function consumerOf(
  sender: PartyId,
  id: ExchangeId,
  { store, rules }: Pick<Capabilities, 'store' | 'rules'>,
): Promise<PartyId> {
  const row = await locateExchange(store.db, readableBy(rules.governance, sender), id)
  const [found] = row === undefined ? [] : await progressOf(store.db, [row])
  if (found === undefined) throw new BrokerError('exchange.unknown', 'no exchange of yours has this id')
  return found.progress.consumer
}
