import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import type { IdentifierType } from '../model/application.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { PersonName } from '../model/person.ts'
import type { Output } from './output.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface IdentifierOptions {
  readonly identifierType: IdentifierType
  readonly identifierFile?: string
}

const ASK: LocalisedText = { bg: 'Номер на лицето', en: 'Number of the person' }

/**
 * The number of a person, out of a file or what is typed or piped in. Never an argument: those stand in the shell's
 * history and in every list of processes.
 */
export async function readIdentifier(options: IdentifierOptions, out: Output): Promise<PersonName> {
  const { identifierType, identifierFile } = options
  const identifier = (identifierFile === undefined ? await typed(out) : await fromFile(identifierFile)).trim()
  if (!/^(\d{9,10}|\d{13})$/.test(identifier)) throw new WrongUsage('one number of a person or firm is expected')
  return { identifierType, identifier }
}

async function fromFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new WrongUsage(`--identifier-file: ${file} cannot be read`, { cause })
  }
}

async function typed(out: Output): Promise<string> {
  const { stdin: input } = process
  // What is typed must not be read off a screen later; what asks takes a moment to load.
  if (input.isTTY) return (await import('./ask-unseen.ts')).askUnseen(out.text(ASK))
  const lines = createInterface({ input })
  try {
    for await (const line of lines) if (line.trim() !== '') return line
    return ''
  } finally {
    lines.close()
  }
}
