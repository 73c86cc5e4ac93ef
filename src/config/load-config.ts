import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileSchema } from '../schema/compile-schema.ts'
import { authorityMistakes } from './authorities.ts'
import type { Config, ConfigFile, Environment } from './config.ts'
import { ConfigRefused } from './config-refused.ts'
import { databaseMistakes } from './database-address.ts'
import { environmentLayers, type EnvironmentVariables, unknownVariables, unsafeVariables } from './environment.ts'
import { defaultsOf, fileLayers, isLayer, type Layer, mergeLayers, readLayer, resolvePaths } from './layers.ts'
import { productionMistakes } from './production.ts'
import { redisMistakes } from './redis-address.ts'
import { databaseRegistryMistakes, downtimeMistakes, registriesOf } from './registries.ts'
import { Secret } from './secret.ts'

export interface ConfigSource {
  /** Absolute folder of edno's package.json; see `findRoot`. */
  readonly root: string
  /** `process.env`, or what a test says instead. */
  readonly environment: EnvironmentVariables
}

const readEnvironmentName = (environment: EnvironmentVariables): Environment => {
  const name = environment['EDNO_ENV'] ?? 'development'
  if (name === 'development' || name === 'production') return name
  throw new ConfigRefused(['EDNO_ENV must be development or production'])
}

const mergeAll = (env: Environment, { root, environment }: ConfigSource, schema: Layer): Layer =>
  [
    resolvePaths(defaultsOf(schema), root),
    ...fileLayers(root, env, environment['EDNO_CONFIG']),
    ...environmentLayers(environment).map(({ layer }) => resolvePaths(layer, root)),
  ].reduce(mergeLayers)

/** The variable stands above the file. */
const addressOf = (
  environment: EnvironmentVariables,
  variable: string,
  { file, pointer }: { readonly file: string | undefined; readonly pointer: string },
): string | undefined => {
  const named = environment[variable]
  if (named !== undefined && named !== '') return named
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigRefused([`${pointer} cannot be read`])
  }
}

const freezeDeep = <Value>(value: Value): Value => {
  if (isLayer(value) && !Object.isFrozen(value)) for (const inner of Object.values(value)) freezeDeep(inner)
  return Object.freeze(value)
}

/** What each setting allows and all of them together do not. */
const contradictions = (config: Parameters<typeof downtimeMistakes>[0]): readonly string[] => [
  ...downtimeMistakes(config),
  ...databaseRegistryMistakes(config),
  ...(config.answers.profile === 'xades-b-t' && config.timeStamps === undefined
    ? ['/answers/profile xades-b-t takes stamps: say in /timeStamps whose']
    : []),
  ...(config.log.stamps !== undefined && config.timeStamps === undefined
    ? ['/log/stamps takes an authority: say in /timeStamps which']
    : []),
  ...authorityMistakes(config),
]

/**
 * Layers, later wins: defaults of the schema, `config/default.json`, `config/<EDNO_ENV>.json`, the file of `EDNO_CONFIG`,
 * allow-listed variables. One validation of the sum, then frozen. Throws `ConfigRefused` with all mistakes.
 */
export const loadConfig = (source: ConfigSource): Config => {
  const env = readEnvironmentName(source.environment)
  const schema = readLayer(join(source.root, 'schemas', 'config.schema.json'))
  const sum = mergeAll(env, source, schema)
  const mistakes = [
    ...unknownVariables(source.environment),
    ...unsafeVariables(source.environment),
    ...compileSchema(schema)(sum).map(({ pointer, message }) => `${pointer === '' ? '/' : pointer} ${message}`),
  ]
  if (mistakes.length > 0) throw new ConfigRefused(mistakes)
  const config = { ...(sum as unknown as ConfigFile), ...registriesOf(sum) }
  const databaseFile = { file: config.databaseUrlFile, pointer: '/databaseUrlFile' }
  const databaseUrl = addressOf(source.environment, 'DATABASE_URL', databaseFile)
  const redisFile = { file: config.queue.redisUrlFile, pointer: '/queue/redisUrlFile' }
  const redisUrl = addressOf(source.environment, 'REDIS_URL', redisFile)
  const forbidden = [
    ...contradictions(config),
    ...(redisUrl === undefined ? [] : redisMistakes(redisUrl, env)),
    ...(env === 'production' ? productionMistakes(config) : []),
    ...(env === 'production' && databaseUrl !== undefined ? databaseMistakes(databaseUrl, source.environment) : []),
  ]
  if (forbidden.length > 0) throw new ConfigRefused(forbidden)
  return freezeDeep({
    ...config,
    env,
    root: source.root,
    ...(databaseUrl === undefined ? {} : { databaseUrl: new Secret(databaseUrl) }),
    ...(redisUrl === undefined ? {} : { redisUrl: new Secret(redisUrl) }),
  })
}
