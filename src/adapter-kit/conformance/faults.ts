import type { AdapterFaultKind, Transport } from '../adapter.ts'
import type { FaultKind } from '../simulator.ts'

type Told = Exclude<FaultKind, 'slow' | 'other-subject' | 'decomposed'>

/** What every fault of a registry must look like to edno. */
const OVER_HTTP: Readonly<Record<Told, AdapterFaultKind>> = {
  'error-500': 'unavailable',
  busy: 'busy',
  garbage: 'bad-answer',
  malformed: 'bad-answer',
  truncated: 'bad-answer',
  reset: 'unavailable',
  hang: 'timeout',
  stalled: 'timeout',
  dripping: 'timeout',
}

/** A database that breaks off an answer breaks its connection: whether it began to answer cannot be told. */
const OVER_SQL: typeof OVER_HTTP = { ...OVER_HTTP, truncated: 'unavailable' }

export const faultsOver = (transport: Transport): readonly (readonly [Told, AdapterFaultKind])[] =>
  Object.entries(transport === 'sql' ? OVER_SQL : OVER_HTTP) as [Told, AdapterFaultKind][]

/** A busy registry says over HTTP when to come back; the stand-ins say one second. */
export const retryAfterOf = (fault: FaultKind, transport: Transport): number | undefined =>
  fault === 'busy' && transport !== 'sql' ? 1000 : undefined
