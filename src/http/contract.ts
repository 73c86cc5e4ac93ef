import { join } from 'node:path'
import type { OpenAPIV3_1 } from 'openapi-types'
import { BrokerError } from '../problem/broker-error.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { readYaml } from '../schema/read-yaml.ts'

export type Method = 'get' | 'post'

/** One operation of the contract, ready to be routed. */
export interface Route {
  readonly operationId: string
  readonly method: Method
  /** In express form: `/v1/exchanges/:id`. */
  readonly path: string
  /** True where the contract says `security: []`. */
  readonly open: boolean
  /** Throws `request.parameter` naming the parameter. */
  readonly judgePath: (parameters: Readonly<Record<string, unknown>>) => void
}

export interface Contract {
  readonly document: OpenAPIV3_1.Document
  readonly routes: readonly Route[]
}

/** Reads the OpenAPI file: the only place where routes, their parameters and who may call them are written. */
export function loadContract(root: string): Contract {
  const folder = join(root, 'schemas')
  const document = withSchemaFiles(readYaml(join(folder, 'openapi.yaml')).value as OpenAPIV3_1.Document, folder)
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, item]) => routesOf(document, path, item ?? {}))
  return { document, routes }
}

/** Schemas that stand in a file of their own are put in their places: the contract as it is served is whole in itself. */
function withSchemaFiles(document: OpenAPIV3_1.Document, folder: string): OpenAPIV3_1.Document {
  const schemas = Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => {
    const reference = (schema as { readonly $ref?: string }).$ref ?? ''
    const read = FILE.test(reference) ? (readYaml(join(folder, reference)).value as OpenAPIV3_1.SchemaObject) : schema
    return [name, read] as const
  })
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } }
}

const FILE = /^[\w.-]+\.json$/

function routesOf(document: OpenAPIV3_1.Document, path: string, item: OpenAPIV3_1.PathItemObject): Route[] {
  const judgePath = pathJudge(document, item)
  return (['get', 'post'] as const).flatMap((method) => {
    const operation = item[method]
    if (operation?.operationId === undefined) return []
    return [
      {
        operationId: operation.operationId,
        method,
        path: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        open: operation.security?.length === 0,
        judgePath,
      },
    ]
  })
}

function pathJudge(document: OpenAPIV3_1.Document, item: OpenAPIV3_1.PathItemObject): Route['judgePath'] {
  const judges = (item.parameters ?? []).map((parameter) => {
    const { name, schema } = resolve(document, parameter)
    return { name, judge: compileSchema(schema ?? {}) }
  })
  return (parameters) => {
    for (const { name, judge } of judges)
      if (judge(parameters[name]).length > 0)
        throw new BrokerError('request.parameter', `${name}: not of the form the contract asks for`)
  }
}

function resolve(
  document: OpenAPIV3_1.Document,
  parameter: OpenAPIV3_1.ParameterObject | OpenAPIV3_1.ReferenceObject,
): OpenAPIV3_1.ParameterObject {
  if (!('$ref' in parameter)) return parameter
  const name = parameter.$ref.slice(parameter.$ref.lastIndexOf('/') + 1)
  const found = document.components?.parameters?.[name]
  if (found === undefined || '$ref' in found)
    throw new BrokerError('broker.internal', `openapi.yaml: ${parameter.$ref} does not resolve`)
  return found
}
