import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { witnessCaller } from '../exchange-log/ask-witness.ts'
import { cosignatureVerifier } from '../exchange-log/cosignature.ts'
import { type AskedWitness, Cosigning } from '../exchange-log/cosigning.ts'
import type { ExchangeLog } from '../exchange-log/exchange-log.ts'
import { HeadDuty } from '../exchange-log/head-duty.ts'
import { LogFault } from '../exchange-log/log-fault.ts'
import { noteVerifier } from '../exchange-log/note.ts'
import { Stamping } from '../exchange-log/stamping.ts'
import type { HeadDesk } from '../http/broker.ts'
import type { Logger } from '../ops/logger.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { cosignedCheckpointAt } from '../store/log-cosignatures.ts'
import { stampAt, stampsFrom } from '../store/log-stamps.ts'
import type { Store } from '../store/store.ts'
import type { Certificates } from './certificates.ts'
import { seldom } from './seldom.ts'

/** What others say of the log's heads. */
export interface HeadCare {
  /** Refuses with `broker.stamps-overdue` while entries wait for a time stamp longer than they may. */
  readonly requireStamps: () => void
  /** `ok`, or why no exchange is opened. */
  readonly stamps: () => string
  /** `ok`, or which witness does not cosign; told, and no reason to stop. */
  readonly witnesses: () => string
}

const EVERY_SECONDS = 60
const EVERY_ENTRIES = 10_000
const STOP_AFTER_SECONDS = 14_400

interface HeadCareParts {
  readonly config: Config
  readonly clock: () => Date
  readonly logger: Logger
  readonly store: Store
  readonly log: ExchangeLog
  readonly certificates: Pick<Certificates, 'stampHeads'>
}

/** Asks for nothing, and never stops anybody: of a process that opens no exchanges, or where nothing is configured. */
const CAREFREE: HeadCare = {
  requireStamps: () => undefined,
  stamps: () => 'ok',
  witnesses: () => 'ok',
}

/** What is to be closed is pushed on `opened`. */
export async function openHeadCare(
  parts: HeadCareParts,
  opensExchanges: boolean,
  opened: (() => Promise<void>)[],
): Promise<HeadCare> {
  const { store, log, logger } = parts
  const cosigning = cosigningOf(parts)
  const stamping = stampingOf(parts)
  if (!opensExchanges || (cosigning === undefined && stamping === undefined)) return CAREFREE
  const duty = new HeadDuty({
    ...{ db: store.db, owner: store.owner, log: noteVerifier(log.vkey) },
    ...(cosigning === undefined ? {} : { cosigning }),
    ...(stamping === undefined ? {} : { stamping }),
    onCosigned: log.showCosigned,
    onFork: log.halt,
    onFailure: seldom((error: unknown) =>
      logger.error('heads of the exchange log could not be looked after', {}, error),
    ),
  })
  opened.push(() => duty.stop())
  await duty.start()
  return {
    requireStamps: () => {
      if (duty.overdue !== undefined) throw new BrokerError('broker.stamps-overdue', duty.overdue)
    },
    stamps: () => duty.overdue ?? 'ok',
    witnesses: () => (duty.silentWitnesses.length === 0 ? 'ok' : duty.silentWitnesses.join('; ')),
  }
}

function cosigningOf({ config, store, log, logger }: HeadCareParts): Cosigning | undefined {
  const witnesses = witnessesOf(config)
  if (witnesses.length === 0) return undefined
  return new Cosigning({
    ...{ db: store.db, log: noteVerifier(log.vkey), witnesses },
    onTrouble: (host, kind) => {
      if (kind === undefined) logger.info('a witness cosigns again', { host })
      else logger.warn('a witness does not cosign', { host, kind })
    },
  })
}

function stampingOf({ config, store, log, logger, clock, certificates }: HeadCareParts): Stamping | undefined {
  const { stamps } = config.log
  if (stamps === undefined) return undefined
  return new Stamping({
    ...{ db: store.db, log: noteVerifier(log.vkey), clock },
    // Looked up each time: who is believed may change while edno runs.
    stamp: (octets) => certificates.stampHeads?.(octets) ?? Promise.resolve({ stamped: false, why: 'no-answer' }),
    rules: {
      everySeconds: stamps.everySeconds ?? EVERY_SECONDS,
      everyEntries: stamps.everyEntries ?? EVERY_ENTRIES,
      stopAfterSeconds: stamps.stopAfterSeconds ?? STOP_AFTER_SECONDS,
    },
    onTrouble: (kind) => {
      if (kind === undefined) logger.info('heads of the exchange log are stamped again', {})
      else logger.error('a head of the exchange log gets no time stamp', { kind })
    },
  })
}

/** Throws `ConfigRefused` for a key that is none, and for two of one name. */
export function witnessesOf({ log }: Pick<Config, 'log'>): readonly AskedWitness[] {
  const ca = log.witnessesCaFile === undefined ? undefined : readFileSync(log.witnessesCaFile, 'utf8')
  const witnesses = (log.witnesses ?? []).map(({ name, url, vkey }, i) => {
    try {
      return { name, key: cosignatureVerifier(vkey), caller: witnessCaller(url, ca) }
    } catch (error) {
      if (!(error instanceof LogFault)) throw error
      throw new ConfigRefused([`/log/witnesses/${i}/vkey is not the vkey of a witness: ${error.message}`])
    }
  })
  const names = witnesses.map(({ name }) => name)
  const keys = witnesses.map(({ key }) => key.vkey)
  if (new Set(names).size < names.length || new Set(keys).size < keys.length)
    throw new ConfigRefused(['/log/witnesses names a witness twice'])
  return witnesses
}

const STAMPS_LISTED = 1000

/** For readers, from the rows. */
export const headDesk = (db: Store['db']): HeadDesk => ({
  checkpointAt: async (size) => (await cosignedCheckpointAt(db, size))?.note,
  stampAt: (size) => stampAt(db, size),
  stampsFrom: (size) => stampsFrom(db, size, STAMPS_LISTED),
})
