import { auditClient } from '../../client/audit.ts'
import type { ExchangeAbout, PersonPage } from '../../model/person.ts'
import { type CallerOptions, overConnection } from '../access/caller.ts'
import { instantOf } from '../access/decisions.ts'
import { fill } from '../demo/words.ts'
import { type Output, output } from '../output.ts'
import { type IdentifierOptions, readIdentifier } from '../read-identifier.ts'
import { WORDS } from './words.ts'

export interface PersonOptions extends CallerOptions, IdentifierOptions {
  readonly basis: string
  readonly from: string
  readonly to: string
  readonly offset: number
  readonly limit: number
}

/** The exchanges that one person stands in. */
export async function showPerson(options: PersonOptions): Promise<boolean> {
  const { basis, offset, limit } = options
  const from = instantOf(options.from, '--from').toISOString()
  const to = instantOf(options.to, '--to').toISOString()
  const name = await readIdentifier(options, output(options.lang))
  return overConnection(options, auditClient, async (client, { out, json }) => {
    const page = await client.post<PersonPage>('/v1/audit/persons', { ...name, basis, from, to, offset, limit })
    if (json) out.json(page)
    else print(page, out)
    return true
  })
}

function print({ exchanges, total }: PersonPage, out: Output): void {
  for (const exchange of exchanges) out.line(rowOf(exchange, out))
  out.line(fill(out.text(WORDS.total), exchanges.length, total))
}

function rowOf(exchange: ExchangeAbout, out: Output): string {
  const { exchangeId, consumer, service, legalBasis, receivedAt, hiddenUntil, registries } = exchange
  const cells = [
    `${receivedAt.replace('T', ' ').slice(0, 19)} UTC`,
    out.strong(exchangeId),
    consumer.padEnd(18),
    service.padEnd(20),
    legalBasis.padEnd(12),
    exchange.as.map((part) => out.text(WORDS.parts[part])).join(', '),
    registries.join(', '),
    ...(hiddenUntil === undefined ? [] : [fill(out.text(WORDS.hidden), hiddenUntil)]),
  ]
  return cells.join('  ').trimEnd()
}
