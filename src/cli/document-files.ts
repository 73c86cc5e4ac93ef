import type { SignedFormat } from '../model/exchange.ts'

const SUFFIXES: Readonly<Record<SignedFormat, string>> = { xml: 'xml', jws: 'jose', 'jws-flattened': 'jose.json' }
export const FORMATS: readonly SignedFormat[] = ['xml', 'jws', 'jws-flattened']

export const documentFile = (document: 'application' | 'answer', format: SignedFormat): string =>
  `${document}.${SUFFIXES[format]}`

/** Every name that a document may have in a folder of evidence. */
export const DOCUMENTS: readonly string[] = (['application', 'answer'] as const).flatMap((document) =>
  FORMATS.map((format) => documentFile(document, format)),
)
