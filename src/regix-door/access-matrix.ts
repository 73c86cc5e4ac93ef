import { deniedFields, matrixPaths } from '../adapter-kit/regix/matrix-paths.ts'
import type { RegixMap } from '../adapter-kit/regix/regix-map.ts'
import { escapeXml } from '../adapter-kit/soap/xml-element.ts'

/** What a grant lets out of an operation's evidence. */
export interface Disclosed {
  /** Every field that the evidence can have. */
  readonly fields: readonly string[]
  /** Those that may leave, with all that lies below them. */
  readonly disclosed: readonly string[]
}

/**
 * The grant in RegiX's words: every path of the answer that the map writes, parents before children, and whether its
 * caller may see it. A parent may be seen where anything below it may.
 */
export function writeAccessMatrix(map: RegixMap, { fields, disclosed }: Disclosed): string {
  const isOpen = (field: string): boolean =>
    disclosed.some((path) => field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`))
  const properties = matrixPaths(map).map((path) => {
    const open = deniedFields(map, [path], fields).some(isOpen)
    return `<Property><HasAccess>${open}</HasAccess><Name>${escapeXml(path)}</Name></Property>`
  })
  return (
    `<Matrix id="AccessMatrix"><HasAccess>${disclosed.length > 0}</HasAccess><Name>${escapeXml(map.response.type)}</Name>` +
    `<Properties>${properties.join('')}</Properties></Matrix>`
  )
}
