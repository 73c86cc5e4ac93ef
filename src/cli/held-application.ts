import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formOf } from '../client/form-of.ts'
import { documentFile, FORMATS } from './document-files.ts'

export interface HeldApplication {
  readonly file: string
  readonly bytes: Uint8Array
}

/**
 * The application beside an answer: whose digest the answer names, else the one in the answer's own form, else any.
 * Which one is only looked for here; whether the answer is to it is judged from what edno signed.
 */
export function applicationBeside(answer: Uint8Array, folder: string): HeldApplication | undefined {
  const here = [formOf(answer), ...FORMATS]
    .map((format) => join(folder, documentFile('application', format)))
    .filter((file) => existsSync(file))
    .map((file) => ({ file, bytes: readFileSync(file) }))
  const says = contentOf(answer)
  return here.find(({ bytes }) => says.includes(createHash('sha256').update(bytes).digest('base64'))) ?? here[0]
}

/** The one that is named, else the one beside the answer. */
export const heldApplication = (answer: Uint8Array, folder: string, named?: string): HeldApplication | undefined =>
  named === undefined ? applicationBeside(answer, folder) : { file: named, bytes: readFileSync(named) }

/** What the answer says, unverified: of a JWS its payload. */
function contentOf(answer: Uint8Array): string {
  const text = Buffer.from(answer).toString('utf8')
  if (formOf(answer) === 'xml') return text
  const payload = /"payload"\s*:\s*"([\w-]*)"/.exec(text)?.[1] ?? text.split('.')[1] ?? ''
  return Buffer.from(payload, 'base64url').toString('utf8')
}
