import type { ActKind, Agreement, AgreementContent, RecordedAct } from '../../../../src/model/agreement.ts'
import { operationRef, partyId } from '../../../../src/model/ids.ts'
import { asksOf } from '../../../../src/policy/agreement/asks.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import { sideOf } from '../../../../src/policy/agreement/state.ts'
import { PERMIT } from '../a-governance.ts'

export const MAY = '2030-05-01T09:00:00.000Z'
const OWNERS = { people: partyId('ministry'), cars: partyId('police') }
const OPERATIONS = { people: operationRef('people/person@1'), cars: operationRef('cars/car@1') }

/** What the town asks the owner of one of the registries of `PERMIT`. */
export const contentOn = (registry: keyof typeof OWNERS, change: Partial<AgreementContent> = {}): AgreementContent => ({
  type: 'edno-agreement@1',
  id: '0195f2c0-0000-7000-8000-000000000001',
  request: '0195f2c0-0000-7000-8000-0000000000aa',
  consumer: { party: partyId('town'), keys: ['k1'] },
  provider: OWNERS[registry],
  registry,
  service: PERMIT.ref,
  asks: asksOf(PERMIT)[registry] ?? '',
  operations: [{ operation: OPERATIONS[registry], fields: [] }],
  withhold: [],
  legalBases: ['law-a'],
  purpose: 'Permits',
  validity: { from: '2030-01-01', until: '2030-12-31' },
  createdAt: MAY,
  ...change,
})

export type Did = readonly [act: ActKind, by: string, change?: Partial<RecordedAct>]

let sequence = 0

/** What its parties declared, in the order of recording; whoever is no side acts as edno's operator. */
export const agreementOn = (content: AgreementContent, ...acts: readonly Did[]): Agreement => ({
  digest: digestOf(content),
  content,
  acts: acts.map(([act, by, change = {}]): RecordedAct => {
    sequence += 1
    const { provider, registry, service } = content
    return {
      ...{ type: 'edno-agreement-act@1', agreement: digestOf(content), act, by: partyId(by), provider, registry },
      ...{ consumer: content.consumer.party, service, at: MAY, recordedAt: MAY, sequence, jws: `${sequence}` },
      side: sideOf(content, partyId(by)) ?? 'operator',
      ...change,
    }
  }),
})

/** Accepted by its consumer, its owner and its delegate, and what came after. */
export const agreedOn = (content: AgreementContent, ...more: readonly Did[]): Agreement =>
  agreementOn(
    content,
    ['accept', content.consumer.party],
    ['accept', content.provider],
    ...(content.delegate === undefined ? [] : [['accept', content.delegate.party] as const]),
    ...more,
  )
