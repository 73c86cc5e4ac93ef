import { readFileSync, writeFileSync } from 'node:fs'
import { type EvidenceClient, evidenceClient } from '../client/evidence.ts'
import type { Acknowledgement } from '../model/acknowledgement.ts'
import { type ExchangeId, isExchangeId, partyId } from '../model/ids.ts'
import { systemClock } from '../ops/clock.ts'
import { sha256Hex } from '../schema/canonical-json.ts'
import { signAcknowledgement } from '../signature/acknowledgement.ts'
import { type CallerOptions, keysOf, overConnection, type Terminal } from './access/caller.ts'
import { fill } from './demo/words.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface GetOptions extends CallerOptions {
  readonly out: string
  readonly consumer?: string
}

export interface AcknowledgeOptions extends CallerOptions {
  readonly answer?: string
}

const WORDS = {
  acknowledged: {
    bg: 'Потвърдено на {}: отговорът е стигнал до {}.',
    en: 'Acknowledged at {}: the answer has reached {}.',
  },
  kept: {
    bg: '{} байта са записани в {}. Проверете ги: edno verify {}',
    en: '{} bytes are in {} now. Verify them: edno verify {}',
  },
} as const

/** Fetches the container of an exchange into a file. */
export function getEvidence(exchange: string, options: GetOptions): Promise<boolean> {
  const id = exchangeIdOf(exchange)
  return overConnection(options, evidenceClient, async (client, { out, json }) => {
    const bytes = await client.get(id, options.consumer)
    writeFileSync(options.out, bytes)
    if (json) out.json({ exchangeId: id, file: options.out, bytes: bytes.length })
    else out.line(fill(out.text(WORDS.kept), bytes.length, options.out, options.out))
    return true
  })
}

/** Signs the digest of the answer and hands it in. */
export async function acknowledgeAnswer(exchange: string, options: AcknowledgeOptions): Promise<boolean> {
  const id = exchangeIdOf(exchange)
  const keys = await keysOf(options)
  const { certificate, key } = keys.seal
  const work = async (client: EvidenceClient, { out, json }: Terminal): Promise<boolean> => {
    const answer = options.answer === undefined ? await client.answer(id) : readFileSync(options.answer)
    const acknowledgement: Acknowledgement = {
      ...{ type: 'edno-acknowledgement@1', exchangeId: id, answer: sha256Hex(answer) },
      ...{ by: partyId(options.party), at: systemClock().toISOString() },
    }
    const jws = signAcknowledgement(acknowledgement, { keyPem: key, certificatePem: certificate })
    const { acknowledgedAt } = await client.acknowledge(id, jws)
    if (json) out.json({ exchangeId: id, acknowledgedAt })
    else out.line(fill(out.text(WORDS.acknowledged), acknowledgedAt, options.party))
    return true
  }
  return overConnection(options, evidenceClient, work, keys)
}

function exchangeIdOf(text: string): ExchangeId {
  if (!isExchangeId(text)) throw new WrongUsage('an exchange is named by its id, a UUID in lower case')
  return text
}
