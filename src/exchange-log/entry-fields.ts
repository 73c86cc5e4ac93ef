/** How the value of a field is written. */
export type Shape =
  | 'version'
  | 'event'
  | 'instant'
  | 'text'
  | 'sha256'
  | 'commitment'
  | 'uuid'
  | 'list'
  | 'counts'
  | 'digest-or-counts'

/** Every field that an entry of version 1 may have (`schemas/log-entry.v1.schema.json`). */
export const FIELDS = {
  ...{ v: 'version', time: 'instant', event: 'event' },
  ...{ exchangeId: 'uuid', consumer: 'text', onBehalfOf: 'text', service: 'text', basis: 'text', grant: 'text' },
  ...{ governance: 'sha256', signerCertificate: 'sha256', decision: 'sha256' },
  ...{ requestCommit: 'commitment', answerCommit: 'commitment', status: 'text', problem: 'text', calls: 'list' },
  questions: 'list',
  ...{ received: 'commitment', receivedDigest: 'sha256' },
  ...{ call: 'text', operation: 'text', outcome: 'text', supplementCommit: 'commitment' },
  ...{ change: 'text', cause: 'text', reasonCommit: 'commitment', cancelledBy: 'text' },
  ...{ agreement: 'sha256', act: 'text', by: 'text', side: 'text', delegate: 'text', provider: 'text' },
  ...{ registry: 'text', jws: 'sha256' },
  ...{ before: 'digest-or-counts', files: 'sha256', changes: 'list', inUse: 'list' },
  ...{ after: 'counts', due: 'text', retentionClass: 'text', keys: 'list', acknowledgement: 'sha256' },
  ...{ role: 'text', certificate: 'sha256', what: 'text', questionCommit: 'commitment' },
  ...{ correction: 'uuid', result: 'text', textCommit: 'commitment' },
} as const satisfies Readonly<Record<string, Shape>>

export type Field = keyof typeof FIELDS

/** The fields of one event, besides `v`, `time` and `event`. */
export interface EventFields {
  readonly must: readonly Field[]
  readonly may: readonly Field[]
}

const OF_PLAN = [
  ...(['exchangeId', 'consumer', 'service', 'basis', 'grant', 'governance'] as const),
  ...(['signerCertificate', 'requestCommit'] as const),
]
const OF_CALL = ['exchangeId', 'consumer', 'call', 'operation'] as const

/** Every event of version 1 with what it says; a verifier accepts no other. */
export const EVENTS = {
  opened: { must: OF_PLAN, may: ['onBehalfOf', 'decision'] },
  asked: { must: ['exchangeId', 'consumer', 'questions'], may: [] },
  answered: {
    must: [...OF_PLAN, 'answerCommit', 'status', 'calls'],
    may: ['onBehalfOf', 'receivedDigest', 'cancelledBy'],
  },
  refused: {
    must: ['consumer', 'signerCertificate', 'requestCommit', 'problem'],
    may: ['exchangeId', 'onBehalfOf', 'decision'],
  },
  late: { must: [...OF_CALL, 'outcome', 'supplementCommit'], may: ['received'] },
  incident: { must: [...OF_CALL, 'change', 'cause'], may: ['problem', 'reasonCommit'] },
  access: {
    must: [
      ...(['agreement', 'act', 'by', 'side', 'consumer', 'provider', 'registry', 'service'] as const),
      ...(['signerCertificate', 'jws'] as const),
    ],
    may: ['delegate'],
  },
  governance: { must: ['before', 'governance', 'changes'], may: ['files'] },
  key: { must: ['inUse', 'changes'], may: [] },
  acknowledged: { must: ['exchangeId', 'consumer', 'by', 'signerCertificate', 'acknowledgement'], may: [] },
  erased: { must: ['exchangeId', 'consumer', 'basis', 'before', 'after'], may: [] },
  retention: {
    must: ['change'],
    may: ['exchangeId', 'consumer', 'basis', 'due', 'retentionClass', 'before', 'after', 'keys'],
  },
  read: { must: ['by', 'role', 'certificate', 'what', 'questionCommit'], may: [] },
  correction: { must: [...OF_CALL, 'correction', 'change', 'by', 'certificate', 'textCommit'], may: ['result'] },
} as const satisfies Readonly<Record<string, EventFields>>
