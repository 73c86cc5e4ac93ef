import { DOCUMENT_SUFFIXES } from '../../evidence/layout.ts'
import { ABOUT } from '../../evidence/layout.ts'
import { isRecord } from '../../schema/json.ts'
import { JsonFault, readStrictJson } from '../../schema/strict-json.ts'

/** The files of a container, by their paths. */
export type Files = ReadonlyMap<string, Buffer>

/** Far more than anything that edno writes into one. */
const LIMITS = { maxDepth: 32, maxEntries: 200_000 }

/** Undefined for what is not there, or no object. */
export function jsonAt(files: Files, path: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = files.get(path)
  return bytes === undefined ? undefined : readObject(bytes)
}

export function readObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = readStrictJson(bytes, LIMITS)
    return isRecord(value) ? value : undefined
  } catch (error) {
    if (error instanceof JsonFault) return undefined
    throw error
  }
}

export const textAt = (files: Files, path: string): string | undefined => files.get(path)?.toString('utf8')

/** A signed document, in whichever form it is. */
export function documentAt(files: Files, name: string): Buffer | undefined {
  const suffix = DOCUMENT_SUFFIXES.find((each) => files.has(`${name}.${each}`))
  return suffix === undefined ? undefined : files.get(`${name}.${suffix}`)
}

/** In hexadecimal digits and a line end. */
export function saltAt(files: Files, path: string): Buffer | undefined {
  const text = textAt(files, path)?.trim()
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, 'hex') : undefined
}

/** What the container says it is; only texts. */
export function aboutOf(files: Files): Readonly<Record<string, string>> {
  const said = Object.entries(jsonAt(files, ABOUT) ?? {})
  return Object.fromEntries(said.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
}

/** What stands between the folder and the last part of the path: of `registries/driver.json` it is `driver`. */
export function namesIn(files: Files, folder: string, end: string): readonly string[] {
  return [...files.keys()].flatMap((path) =>
    path.startsWith(`${folder}/`) && path.endsWith(end) ? [path.slice(folder.length + 1, -end.length)] : [],
  )
}
