import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the code of adapters lies that was ever imported into this thread: an older version may still be about. */
const folders = new Set<string>()

export const noteAdapterCode = (entry: string): void => void folders.add(dirname(entry))

/** Of ES modules by URL, of CommonJS by path; Node's own (`node:net`) are neither. */
const FRAME = /^ +at .*?(file:\/\/|(?<=[ (])\/)([^)\n]*)/gm

/**
 * Whether an error that nobody handles is edno's own: its stack names code, and none of an adapter. What is no error at all is not, edno
 * throws none such; nor is one that arose in no code, as when a connection breaks to which nobody listens any more.
 */
export function aroseInEdno(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const places = [...(error.stack ?? '').matchAll(FRAME)].map(([, start = '', rest = '']) => pathOf(start + rest))
  return places.length > 0 && !places.some((place) => [...folders].some((folder) => place.startsWith(`${folder}/`)))
}

function pathOf(frame: string): string {
  // After the last colons stand line and column.
  const place = frame.replace(/(?::\d+){1,2}$/, '')
  return place.startsWith('file:') && URL.canParse(place) ? fileURLToPath(place) : place
}
