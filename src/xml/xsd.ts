import {
  type ErrorDetail,
  type XmlDocument,
  XmlElement,
  type XmlNode,
  XmlValidateError,
  XsdValidator,
} from 'libxml2-wasm'
import { withDocument } from './parse-xml.ts'

/** Where a document does not match its schema; `expectation` comes from the schema, never from the document. */
export interface SchemaMistake {
  /** `Application/Official/Names`. */
  readonly path: string
  readonly line: number
  readonly expectation: string
}

export interface XmlSchema {
  /** Empty for a valid document. */
  readonly mistakes: (document: XmlDocument) => readonly SchemaMistake[]
}

/** Compiles a schema once; it is kept for the life of the process. */
export function compileXsd(xsd: Uint8Array): XmlSchema {
  const validator = withDocument(xsd, (document) => XsdValidator.fromDoc(document))
  return {
    mistakes: (document) => {
      try {
        validator.validate(document)
        return []
      } catch (error) {
        if (error instanceof XmlValidateError) return readMistakes(error.details, document)
        throw error
      }
    },
  }
}

const MAX_MISTAKES = 10

/** A broken value is reported twice (facet, then type): the first is the better one. */
function readMistakes(details: readonly ErrorDetail[], document: XmlDocument): SchemaMistake[] {
  const found = new Map<string, SchemaMistake>()
  for (const detail of details) {
    const name = /^Element '(?:\{[^}']*\})?([^'{}]{1,64})'/.exec(detail.message)?.[1] ?? document.root.name
    const key = `${detail.line} ${name}`
    if (found.has(key)) continue
    found.set(key, {
      path: pathOf(name, detail.line, document),
      line: detail.line,
      expectation: expectationOf(detail.message),
    })
    if (found.size === MAX_MISTAKES) break
  }
  return [...found.values()]
}

/** libxml2 quotes the offending value; only the parts that the schema wrote are taken over. */
function expectationOf(message: string): string {
  const expected = /(?:Expected is (?:one of )?)\( ([^)]*) \)\.?\s*$/.exec(message)?.[1]?.replace(/\{[^}]*\}/g, '')
  if (message.includes(': Missing child element(s)')) return `incomplete, expected: ${expected ?? 'more elements'}`
  if (message.includes(': This element is not expected'))
    return expected === undefined ? 'not expected here' : `not expected here, expected: ${expected}`
  if (message.includes(': Character content')) return 'text is not expected here'
  if (message.includes("', attribute '")) return 'attributes are not expected'
  return 'the value is not of the expected form'
}

/** An error names an element and a line; where several elements fit, all their places are named. */
function pathOf(name: string, line: number, document: XmlDocument): string {
  if (!/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name)) return document.root.name
  const elements = document.find(`//*[local-name()='${name}']`).filter((node) => node.line === line)
  const paths = new Set(elements.slice(0, MAX_MISTAKES).map((element) => ancestryOf(element)))
  return paths.size === 0 ? name : [...paths].slice(0, 3).join(' or ')
}

function ancestryOf(node: XmlNode): string {
  const names: string[] = []
  for (let element: XmlElement | null = asElement(node); element !== null; element = parentOf(element))
    names.unshift(element.name)
  return names.join('/')
}

const asElement = (node: XmlNode): XmlElement | null => (node instanceof XmlElement ? node : null)

/** The parent of the root is the document, which has no name. */
function parentOf(element: XmlElement): XmlElement | null {
  return element.isSameNode(element.doc.root) ? null : element.parent
}
