import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegixAddress } from '../model/regix.ts'

/** What is asked after the address: `wsdl`, `singleWsdl`, `xsd=xsd0` and on. */
export interface Description extends RegixAddress {
  readonly query: string
  /** Before the name of the entry point: `https://host/RegiX`. */
  readonly base: string
}

/** The WSDL of both entry points, with the address they are asked at. */
export interface Descriptions {
  /** Undefined for what there is not. */
  readonly read: (asked: Description) => string | undefined
}

const FILES = { v1: 'RegiXEntryPoint', v2: 'RegiXEntryPointV2' } as const
/** Stands in the files for where edno is. */
const NOWHERE = 'https://edno.invalid'

export function readDescriptions(root: string): Descriptions {
  const textOf = (name: string): string => readFileSync(join(root, 'schemas', 'regix', `${name}.wsdl`), 'utf8')
  const texts = { v1: textOf(FILES.v1), v2: textOf(FILES.v2) }
  return {
    read: ({ entry, soap, query, base }) => {
      const text = portsOf(texts[entry].replaceAll(NOWHERE, base), soap)
      const place = `${base}/${FILES[entry]}.svc`
      const wanted = query.toLowerCase()
      if (wanted === 'singlewsdl') return text
      if (wanted === '' || wanted === 'wsdl') return inPieces(text, place)
      const [, number] = /^xsd=xsd(\d)$/.exec(wanted) ?? []
      return number === undefined ? undefined : schemaAt(text, Number(number), place)
    },
  }
}

/** Who asks at the address of SOAP 1.1 is told of no other: some clients take the last port that they read of. */
const portsOf = (text: string, soap: RegixAddress['soap']): string =>
  soap === '1.1' ? text.replace(/ *<wsdl:port [^>]*><soap12:.*\n/, '') : text

const SCHEMA = / *<xs:schema [^]*?<\/xs:schema>\n/g
const TARGET = /targetNamespace="([^"]+)"/

/** As WCF does it: the WSDL names its schemas, each of which is read at an address of its own. */
function inPieces(text: string, place: string): string {
  const imports = schemasOf(text).map(
    (schema, at) => `<xs:import namespace="${targetOf(schema)}" schemaLocation="${place}?xsd=xsd${at}"/>`,
  )
  const types = `<wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">${imports.join('')}</xs:schema></wsdl:types>`
  return text.replace(/<wsdl:types>[^]*<\/wsdl:types>/, types)
}

const schemasOf = (text: string): readonly string[] => [...text.matchAll(SCHEMA)].map(([schema]) => schema)
const targetOf = (schema: string): string => TARGET.exec(schema)?.[1] ?? ''

function schemaAt(text: string, number: number, place: string): string | undefined {
  const schemas = schemasOf(text)
  const placeOf = (namespace: string): string =>
    `${place}?xsd=xsd${schemas.findIndex((schema) => targetOf(schema) === namespace)}`
  const schema = schemas[number]?.replaceAll(
    /<xs:import namespace="([^"]+)"\/>/g,
    (_, namespace: string) => `<xs:import namespace="${namespace}" schemaLocation="${placeOf(namespace)}"/>`,
  )
  return schema && `<?xml version="1.0" encoding="utf-8"?>\n${schema.trimStart()}`
}
