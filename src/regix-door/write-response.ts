import type { RegixMap, WireField } from '../adapter-kit/regix/regix-map.ts'
import { writeFields } from '../adapter-kit/regix/write-fields.ts'
import type { XmlElement } from '../adapter-kit/soap/xml-element.ts'
import type { Json } from '../model/json.ts'

/** What a map writes that the answers of registries do not, made once for each. */
const turned = new WeakMap<RegixMap, RegixMap['response']>()

/**
 * Evidence → the answer element of the operation, by its map in reverse; without evidence what the registry itself says
 * where it has no record. Only what was disclosed is given in.
 */
export function writeResponse(map: RegixMap, evidence: Json | undefined): XmlElement {
  const response = turned.get(map) ?? { ...map.response, fields: map.response.fields.map(writable) }
  turned.set(map, response)
  const rule = response.notFound
  if (rule.kind === 'empty')
    return writeFields(evidence ?? {}, evidence === undefined ? { ...response, fields: [] } : response)
  const code = evidence === undefined ? rule.notFound[0] : rule.found[0]
  // Stamps and constants of the answer stand there with and without a record.
  return writeFields(evidence ?? {}, {
    ...response,
    fields: [...response.fields, { wire: rule.wire, constant: code ?? '' }],
  })
}

/** Parts that were joined when they were read cannot be told apart again: the first of them takes the whole text. */
const writable = (field: WireField): WireField => {
  const [part] = field.parts ?? []
  if (part === undefined || field.readOnly !== true || field.field === undefined) return field
  return { wire: `${field.wire}/${part}`, field: field.field }
}
