import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { lineOfBreak } from '../schema/json.ts'
import { ConfigRefused } from './config-refused.ts'

export type Layer = { readonly [key: string]: unknown }

export const isLayer = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The `default` of every key of a schema, nested as the keys are. */
export const defaultsOf = (schema: Layer): Layer => {
  const properties = isLayer(schema['properties']) ? schema['properties'] : {}
  const entries = Object.entries(properties).flatMap(([key, property]): [string, unknown][] => {
    if (!isLayer(property)) return []
    if ('default' in property) return [[key, property['default']]]
    const nested = defaultsOf(property)
    return Object.keys(nested).length === 0 ? [] : [[key, nested]]
  })
  return Object.fromEntries(entries)
}

/** Later wins, key by key. */
export const mergeLayers = (lower: Layer, upper: Layer): Layer => {
  const merged: Record<string, unknown> = { ...lower }
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key]
    merged[key] = isLayer(value) && isLayer(below) ? mergeLayers(below, value) : value
  }
  return merged
}

/** Names of files and folders say so; each is relative to where its layer stands. */
const IS_PATH = /(File|Folder|Directory|socketPath)$/
const ARE_PATHS = /(Files|Folders)$/

export const resolvePaths = (layer: Layer, base: string): Layer =>
  Object.fromEntries(
    Object.entries(layer).map(([key, value]): [string, unknown] => {
      if (isLayer(value)) return [key, resolvePaths(value, base)]
      if (ARE_PATHS.test(key) && Array.isArray(value)) return [key, value.map((one) => resolvePath(one, base))]
      return [key, IS_PATH.test(key) ? resolvePath(value, base) : value]
    }),
  )

const resolvePath = (value: unknown, base: string): unknown =>
  typeof value === 'string' && value !== '' ? resolve(base, value) : value

/** A JSON object from a file. Throws `ConfigRefused`, naming the file. */
export const readLayer = (file: string): Layer => {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new ConfigRefused([
      code === undefined
        ? `${file}:${lineOfBreak(readFileSync(file, 'utf8'))}: is not JSON`
        : `${file}: cannot be read (${code})`,
    ])
  }
  if (!isLayer(value)) throw new ConfigRefused([`${file}: is not a JSON object`])
  return value
}

/** `config/default.json`, then the file of the environment where there is one, then the operator's own. */
export const configFiles = (root: string, env: string, operatorFile: string | undefined): readonly string[] => {
  const ofEnvironment = join(root, 'config', `${env}.json`)
  const shipped = [join(root, 'config', 'default.json'), ...(existsSync(ofEnvironment) ? [ofEnvironment] : [])]
  return operatorFile === undefined ? shipped : [...shipped, resolve(operatorFile)]
}

export const fileLayers = (root: string, env: string, operatorFile: string | undefined): readonly Layer[] =>
  configFiles(root, env, operatorFile).map((file, index, { length }) => {
    const isOperators = operatorFile !== undefined && index === length - 1
    return resolvePaths(readLayer(file), isOperators ? dirname(file) : root)
  })
