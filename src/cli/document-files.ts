import type { Format } from '../model/exchange.ts'

const SUFFIXES: Readonly<Record<Format, string>> = { xml: 'xml', jws: 'jose', 'jws-flattened': 'jose.json' }
export const FORMATS: readonly Format[] = ['xml', 'jws', 'jws-flattened']

export const documentFile = (document: 'application' | 'answer', format: Format): string =>
  `${document}.${SUFFIXES[format]}`

/** Every name that a document may have in a folder of evidence. */
export const DOCUMENTS: readonly string[] = (['application', 'answer'] as const).flatMap((document) =>
  FORMATS.map((format) => documentFile(document, format)),
)
