import { governanceEntry } from '../exchange-log/rule-entries.ts'
import type { Config } from '../config/config.ts'
import type { Logger } from '../ops/logger.ts'
import { withAgreements } from '../policy/agreement/with-agreements.ts'
import { grantDocument } from '../policy/grant-document.ts'
import { AgreementBook, type Damage } from '../policy/register/agreement-book.ts'
import { keepGrantDocuments } from '../store/grant-documents.ts'
import { appendLogEntry } from '../store/log-entries.ts'
import type { Store } from '../store/store.ts'
import type { Certificates } from './certificates.ts'
import { fileMarks, type FileMarks, isSameMarks } from './file-marks.ts'
import { proveRecorded } from './prove-recorded.ts'
import { changesBetween, type FileRules, type FileSource, mistakesOf, readFileRules } from './reload.ts'
import { filesDigest, logFilesAtStart } from './rules-at-start.ts'
import type { Rules } from './rules.ts'

export interface KeeperParts extends FileSource {
  readonly store: Pick<Store, 'db'>
  readonly logger: Logger
  /** What stood in the files at the start. */
  readonly loaded: Pick<FileRules, 'rules' | 'certificates'>
}

export type Reloaded = 'changed' | 'unchanged' | 'refused'

/** An act anywhere is in force everywhere within a second; what this process records, at once. */
const AGREEMENTS_EVERY_MS = 700
const DAMAGES = {
  changed: 'an agreement in the database is not what was signed; it counts for nothing',
  missing: 'the exchange log names an act that is missing from the database; its agreement counts for nothing',
} as const satisfies Record<Damage, string>
/** Files must have rested for one such look, so that several written together are taken together. */
const FILES_EVERY_MS = 500
/** Where it is not the files' fault, as when the database is away. */
const AGAIN_AFTER_MS = 10_000

/**
 * Keeps what may be asked, by whom, and with which certificates up to date: the operator's files, and what the parties
 * signed. Always one whole snapshot: it is replaced in one assignment, and whoever decides reads it once.
 */
export class Keeper {
  /** Whoever holds these sees what is in force now. */
  readonly rules: Rules
  readonly certificates: Certificates
  readonly #parts: KeeperParts
  #book: AgreementBook
  #files: FileRules
  #inForce: Rules
  #seen: FileMarks
  #refused: FileMarks | undefined
  #reading: Promise<void> = Promise.resolve()
  #waiting = 0
  #reloading: Promise<unknown> = Promise.resolve()
  #busy = 0
  #notBefore = 0
  #unreadable = false
  #timers: NodeJS.Timeout[] = []

  constructor(parts: KeeperParts) {
    this.#parts = parts
    const marks = fileMarks(parts.config, parts.loaded.rules.governance.parties.values(), parts.plug?.reread?.file)
    this.#files = { ...parts.loaded, marks, config: parts.config }
    this.#inForce = parts.loaded.rules
    this.#seen = marks
    this.#book = new AgreementBook({
      db: parts.store.db,
      proves: proveRecorded(() => ({
        governance: this.#files.rules.governance,
        directories: this.#files.certificates.directories,
      })),
      onDamage: (digest, damage) => parts.logger.error(DAMAGES[damage], { entry: digest }),
    })
    this.rules = view(() => this.#inForce, ['catalogue', 'governance'])
    this.certificates = view(
      () => this.#files.certificates,
      ['trust', 'directories', 'expiring', 'dated', 'stamp', 'stampHeads'],
    )
  }

  /** Reads all agreements, then looks again and again. Fails where the database does. */
  async start(): Promise<void> {
    await this.#book.refresh()
    await this.#book.compareWithLog()
    await this.#keepGrants(this.#files)
    this.#swap()
    await this.#tellFiles()
    this.#tellRefused()
    this.#timers = [
      setInterval(() => void (this.#waiting === 0 && this.refresh()), AGREEMENTS_EVERY_MS).unref(),
      setInterval(() => this.#lookAtFiles(), FILES_EVERY_MS).unref(),
    ]
  }

  /** Decisions name grants of files by their digest: what stood in them is kept before the first decision rests on it. */
  #keepGrants({ rules }: FileRules): Promise<void> {
    return keepGrantDocuments(this.#parts.store.db, rules.governance.grants.map(grantDocument))
  }

  async #tellFiles(): Promise<void> {
    const { store, clock, logger } = this.#parts
    const { digest } = this.#inForce.governance
    const told = await logFilesAtStart(store, this.#files, digest, clock())
    if (told === 'changed') logger.warn('the files were changed while edno did not run', { governanceDigest: digest })
  }

  /** Takes what was recorded before this call; where that cannot be read, what was read last stays in force. */
  refresh(): Promise<void> {
    this.#waiting += 1
    this.#reading = this.#reading.then(() => this.#read()).finally(() => (this.#waiting -= 1))
    return this.#reading
  }

  async #read(): Promise<void> {
    const { logger } = this.#parts
    try {
      if (await this.#book.refresh()) this.#swap()
      this.#unreadable = false
    } catch (error) {
      if (!this.#unreadable) logger.error('agreements cannot be read; what was read last stays in force', {}, error)
      this.#unreadable = true
    }
  }

  /** Reads the operator's files again: all of them are valid, or nothing changes. */
  reload(): Promise<Reloaded> {
    this.#busy += 1
    const next = this.#reloading.then(() => this.#reload()).finally(() => (this.#busy -= 1))
    this.#reloading = next.catch(() => undefined)
    return next
  }

  async #reload(): Promise<Reloaded> {
    const { logger } = this.#parts
    const marks = this.#marksNow()
    try {
      return await this.#take(await readFileRules(this.#parts, this.#files))
    } catch (error) {
      this.#parts.plug?.discard()
      const mistakes = mistakesOf(error, this.#parts.plug)
      if (mistakes === undefined) this.#notBefore = performance.now() + AGAIN_AFTER_MS
      else this.#refused = marks
      for (const { file, line, message } of mistakes ?? [])
        logger.error('a changed file is refused; the old rules stay', { file, line, mistake: message })
      if (mistakes === undefined) logger.error('the changed files could not be taken; the old rules stay', {}, error)
      return 'refused'
    }
  }

  /** Its entry in the exchange log is durable before the first decision rests on it. */
  async #take(fresh: FileRules): Promise<Reloaded> {
    const { store, clock, logger } = this.#parts
    const changes = changesBetween(this.#files, fresh)
    if (changes.length > 0) {
      const after = withAgreements(fresh.rules.governance, this.#book.agreements).digest
      const before = this.#inForce.governance.digest
      const taken = { before, governance: after, files: filesDigest(fresh), changes }
      await this.#keepGrants(fresh)
      await appendLogEntry(store.db, governanceEntry(taken, clock()))
    }
    this.#files = fresh
    this.#book = await this.#book.readAgain()
    this.#refused = undefined
    this.#swap()
    this.#parts.plug?.commit(fresh.rules.catalogue)
    this.#tellRefused()
    for (const change of changes) logger.info('the rules changed', { change })
    const { digest } = this.#inForce.governance
    logger.info('the files were read again', { count: changes.length, governanceDigest: digest })
    return changes.length > 0 ? 'changed' : 'unchanged'
  }

  /** The configuration, as far as it may change while edno runs. */
  get config(): Config {
    return this.#files.config
  }

  #marksNow(): FileMarks {
    const { config, rules } = this.#files
    return fileMarks(config, rules.governance.parties.values(), this.#parts.plug?.reread?.file)
  }

  #tellRefused(): void {
    for (const { file, line, message } of this.#files.rules.catalogue.refused)
      this.#parts.logger.error('an adapter is refused', { file, line, mistake: message })
  }

  #swap(): void {
    const { rules } = this.#files
    const governance = withAgreements(rules.governance, this.#book.agreements)
    this.#inForce = { catalogue: rules.catalogue, governance }
  }

  #lookAtFiles(): void {
    const marks = this.#marksNow()
    const rested = isSameMarks(marks, this.#seen)
    this.#seen = marks
    if (!rested || this.#busy > 0 || performance.now() < this.#notBefore) return
    if (isSameMarks(marks, this.#refused ?? this.#files.marks)) return
    void this.reload()
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await Promise.all([this.#reading, this.#reloading])
  }
}

/** An object whose members are those of whatever `current` gives at the time. */
function view<Value extends object>(current: () => Value, names: readonly (keyof Value)[]): Value {
  const target = {} as Value
  for (const name of names) Object.defineProperty(target, name, { enumerable: true, get: () => current()[name] })
  return target
}
