/** What is read at each look. `of the database`: the same in every process; take the maximum, not the sum. */
export const GAUGES = {
  edno_ready: { help: 'The checks of /readyz: 1 where all is well.', labels: ['check'] },
  edno_exchanges_running: { help: 'Exchanges that have a place in this process now.', labels: [] },
  edno_database_readable: {
    help: '0: the database did not answer in time, and all that is read from it is missing here.',
    labels: [],
  },
  edno_exchanges_open: {
    help: 'Exchanges without an answer, of the database: open, or deferred. Counted up to 10000.',
    labels: ['state'],
  },
  edno_breaker_open: { help: '1: the registry is taken for dead; of the database.', labels: ['registry'] },
  edno_queue_calls: {
    help: 'Calls in the queue, of the database: waiting (counted up to 10000), or running.',
    labels: ['registry', 'state'],
  },
  edno_queue_overdue_seconds: {
    help: 'How long the longest waiting call of the queue could have been asked; of the database.',
    labels: ['registry'],
  },
  edno_incidents_open: {
    help: 'Calls that an operator must decide on, of the database. Counted up to 10000.',
    labels: ['registry'],
  },
  edno_callbacks: {
    help: 'Callbacks that wait, or were given up (dead); of the database. Counted up to 10000.',
    labels: ['state'],
  },
  edno_callbacks_overdue_seconds: {
    help: 'How long the longest waiting callback is due; of the database.',
    labels: [],
  },
  edno_log_size: { help: 'Entries under the newest head of the exchange log; of the database.', labels: [] },
  edno_log_entries_pending: {
    help: 'Entries of the exchange log without a place in its tree, of the database. Counted up to 10000.',
    labels: [],
  },
  edno_log_promises_broken: {
    help: 'Promises of the exchange log that were not kept in time, of the database; open: not to this day.',
    labels: ['state'],
  },
  edno_stamp_age_seconds: { help: 'Since the newest time stamp over a head of the log; of the database.', labels: [] },
  edno_stamp_waiting_seconds: {
    help: 'How long the oldest head without a time stamp over it waits, 0 where all have one; of the database.',
    labels: [],
  },
  edno_witness_age_seconds: { help: 'Since a witness cosigned a head; of the database.', labels: ['witness'] },
  edno_witness_waiting_seconds: {
    help: 'How long the oldest head that a witness did not cosign waits, 0 where there is none; of the database.',
    labels: ['witness'],
  },
  edno_certificate_days_left: {
    help: 'Days until the certificate of a party, or of edno, ends; of several for one use the one that lasts longest.',
    labels: ['party', 'use'],
  },
} as const satisfies Readonly<Record<string, { readonly help: string; readonly labels: readonly string[] }>>

export type GaugeName = keyof typeof GAUGES

/** A gauge that has no reading is not written. */
export interface Reading {
  readonly name: GaugeName
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}
