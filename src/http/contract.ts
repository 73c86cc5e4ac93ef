import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { RegixAddress } from '../model/regix.ts'
import { readYaml } from '../schema/read-yaml.ts'
import { bodyJudge, parameterJudge } from './contract-judges.ts'

export type Method = 'get' | 'post' | 'put' | 'delete'
const METHODS: readonly Method[] = ['get', 'post', 'put', 'delete']

/** One operation of the contract, ready to be routed. */
export interface Route {
  readonly operationId: string
  readonly method: Method
  /** In express form: `/v1/exchanges/:id`. */
  readonly path: string
  /** True where the contract says `security: []`. */
  readonly open: boolean
  /** Called by registries: who may is said by the parameter `registry` and the configuration. */
  readonly ofRegistry: boolean
  /** Media types of its body; none: it takes no body. */
  readonly accepts: readonly string[]
  /** Throws `request.parameter` naming the parameter. */
  readonly judgePath: (parameters: Readonly<Record<string, unknown>>) => void
  /** The same for what stands after the question mark; where the contract names none, it is not looked at. */
  readonly judgeQuery: (parameters: Readonly<Record<string, unknown>>) => void
  /** An entry point of RegiX: refusals are written in its words. */
  readonly regix?: RegixAddress
  /** A body of JSON against its schema. Throws `request.body` naming members and rules, never values. */
  readonly judgeBody: (body: unknown) => void
}

export interface Contract {
  readonly document: OpenAPIV3_1.Document
  readonly routes: readonly Route[]
}

/** Reads the OpenAPI file: the only place where routes, their parameters and who may call them are written. */
export function loadContract(root: string): Contract {
  const folder = join(root, 'schemas')
  const document = withSchemaFiles(readDocument(folder), folder)
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, item]) => routesOf(document, path, item ?? {}))
  return { document, routes }
}

/** Written beside the compiled sources, from the same file: to read that much YAML takes a starting process half a second. */
const COMPILED = new URL('../../openapi.json', import.meta.url)

function readDocument(folder: string): OpenAPIV3_1.Document {
  const read = existsSync(COMPILED) ? readJson(COMPILED) : readYaml(join(folder, 'openapi.yaml')).value
  return read as OpenAPIV3_1.Document
}

const readJson = (file: string | URL): unknown => JSON.parse(readFileSync(file, 'utf8')) as unknown

/** Schemas that stand in a file of their own are put in their places: the contract as it is served is whole in itself. */
function withSchemaFiles(document: OpenAPIV3_1.Document, folder: string): OpenAPIV3_1.Document {
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => {
    const reference = (schema as { readonly $ref?: string }).$ref ?? ''
    const read = FILE.test(reference) ? (readJson(join(folder, reference)) as OpenAPIV3_1.SchemaObject) : schema
    return [name, read] as const
  })
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } }
}

const FILE = /^[\w.-]+\.json$/

function routesOf(document: OpenAPIV3_1.Document, path: string, item: OpenAPIV3_1.PathItemObject): Route[] {
  return METHODS.flatMap((method) => {
    const operation = item[method]
    if (operation?.operationId === undefined) return []
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
    const {
      'x-regix': regix,
      'x-also-at': others = [],
      'x-registry-calls': ofRegistry = false,
    } = { ...item, ...operation } as Extensions
    const route = {
      operationId: operation.operationId,
      method,
      open: operation.security?.length === 0,
      ofRegistry,
      accepts: mediaTypesOf(operation),
      ...(regix === undefined ? {} : { regix }),
      judgePath: overSegments(parameterJudge(document, parameters, 'path')),
      judgeQuery: parameterJudge(document, parameters, 'query'),
      judgeBody: bodyJudge(document, operation),
    }
    return [path, ...others].map((at) => ({ ...route, path: expressPath(at, spanningIn(parameters)) }))
  })
}

/** What OpenAPI has no word for. */
interface Extensions {
  readonly 'x-regix'?: RegixAddress
  /** Other addresses of the same. */
  readonly 'x-also-at'?: readonly string[]
  readonly 'x-registry-calls'?: boolean
}

/** Parameters that take the rest of the address, slashes and all; OpenAPI itself has no word for them. */
const spanningIn = (parameters: readonly object[]): ReadonlySet<string> =>
  new Set(
    parameters.flatMap((parameter) =>
      'name' in parameter && 'x-spans-segments' in parameter ? [String(parameter.name)] : [],
    ),
  )

const expressPath = (path: string, spanning: ReadonlySet<string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (spanning.has(name) ? `*${name}` : `:${name}`))

/** Express hands over the rest of an address in pieces; the contract judges it whole. */
const overSegments =
  (judge: Route['judgePath']): Route['judgePath'] =>
  (values) => {
    const whole = Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.join('/') : value])
    judge(Object.fromEntries(whole) as Record<string, unknown>)
  }

const mediaTypesOf = ({ requestBody }: OpenAPIV3_1.OperationObject): string[] =>
  requestBody === undefined || '$ref' in requestBody ? [] : Object.keys(requestBody.content)
