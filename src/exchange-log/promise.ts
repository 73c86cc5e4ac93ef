import { LogFault } from './log-fault.ts'
import { HASH_BYTES } from './merkle.ts'
import { decodeBase64, type NoteSigner, type NoteVerifier, openNote, signNote } from './note.ts'

/** The log's word for an entry that is written and has no place in the tree yet; a signed note of five lines. */
export interface LogPromise {
  readonly origin: string
  /** RFC 6962 leaf hash of the entry. */
  readonly leaf: Uint8Array
  readonly madeAt: Date
  /** By then a head will cover the entry. */
  readonly dueAt: Date
}

/** The first line of a head is its origin, which has no space: a promise can never be taken for a head. */
const FIRST_LINE = 'edno log promise v1'

const textOf = ({ origin, leaf, madeAt, dueAt }: LogPromise): string =>
  [FIRST_LINE, origin, Buffer.from(leaf).toString('base64'), madeAt.toISOString(), dueAt.toISOString(), ''].join('\n')

export const signPromise = (promise: Omit<LogPromise, 'origin'>, signer: NoteSigner): string =>
  signNote(textOf({ ...promise, origin: signer.name }), [signer])

/** Verifies before it reads; the origin must be the name of the log's key. */
export function openPromise(note: string, log: NoteVerifier): LogPromise {
  const { text } = openNote(note, [log])
  const promise = readPromise(text)
  if (promise?.origin !== log.name || textOf(promise) !== text)
    throw new LogFault('promise-malformed', 'not a promise of this log')
  return promise
}

const FORM = /^[^\n]*\n([^\n]+)\n([^\n]+)\n([^\n]+)\n([^\n]+)\n$/

function readPromise(text: string): LogPromise | undefined {
  const [, origin = '', leafText = '', made = '', due = ''] = FORM.exec(text) ?? []
  const leaf = decodeBase64(leafText)
  const [madeAt, dueAt] = [new Date(made), new Date(due)]
  const hasTimes = !Number.isNaN(madeAt.getTime()) && !Number.isNaN(dueAt.getTime())
  return leaf?.length === HASH_BYTES && hasTimes ? { origin, leaf, madeAt, dueAt } : undefined
}
