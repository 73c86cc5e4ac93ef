import type { Layer } from './layers.ts'

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

interface Variable {
  readonly name: string
  readonly path: readonly [string, ...string[]]
  readonly number?: true
}

/** What a container platform may set. Everything else is a matter of files. */
const VARIABLES: readonly Variable[] = [
  { name: 'EDNO_DATA_DIR', path: ['dataDirectory'] },
  { name: 'EDNO_HTTP_HOST', path: ['http', 'host'] },
  { name: 'EDNO_HTTP_PORT', path: ['http', 'port'], number: true },
  { name: 'EDNO_METRICS_PORT', path: ['metrics', 'port'], number: true },
  { name: 'EDNO_LOG_LEVEL', path: ['logLevel'] },
  { name: 'EDNO_LOG_ORIGIN', path: ['log', 'origin'] },
]

/** Read elsewhere: the environment's name and file here in `config/`, the language by the command line. */
const OTHERS = ['EDNO_ENV', 'EDNO_CONFIG', 'EDNO_LANG']

const nest = (path: readonly string[], value: unknown): Layer =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Layer

/** What is not a number stays a text, for the schema to refuse. */
const read = (variable: Variable, text: string): unknown =>
  variable.number === true && /^\d+$/.test(text) ? Number(text) : text

/** One layer for each variable that is set; an empty one counts as not set. */
export const environmentLayers = (environment: EnvironmentVariables): readonly NamedLayer[] =>
  VARIABLES.flatMap((variable) => {
    const text = environment[variable.name]
    const { name, path } = variable
    return text === undefined || text === '' ? [] : [{ name, layer: nest(path, read(variable, text)) }]
  })

interface NamedLayer {
  readonly name: string
  readonly layer: Layer
}

/** Node would then accept any server for a registry. The variable is meant for nobody's production, and for no test either. */
export const unsafeVariables = (environment: EnvironmentVariables): readonly string[] => {
  const value = environment['NODE_TLS_REJECT_UNAUTHORIZED']
  return value === undefined || value === '1'
    ? []
    : ['the variable NODE_TLS_REJECT_UNAUTHORIZED switches off the checks of certificates; unset it']
}

/** A misspelt variable is a setting that the operator believes in and edno does not see. */
export const unknownVariables = (environment: EnvironmentVariables): readonly string[] => {
  const known = [...VARIABLES.map(({ name }) => name), ...OTHERS]
  return Object.keys(environment)
    .filter((name) => name.startsWith('EDNO_') && !known.includes(name))
    .map((name) => `the variable ${name} is not known; known are ${known.join(', ')}`)
}
