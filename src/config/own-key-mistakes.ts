import type { Config, RegistryDatabaseConfig } from './config.ts'
import { ConfigRefused } from './config-refused.ts'
import { pairBelow, readPair, readText } from './key-files.ts'
import { readProxySecret, readSecrets } from './read-secrets.ts'

/** What is wrong with the files by which edno proves itself to anybody, each mistake by the setting that names its file. */
export const ownKeyMistakes = (config: Config): readonly string[] => {
  const { keys, http } = config
  const secretFile = http.proxy?.secretFile
  return [
    ...(keys === undefined ? [] : mistakesIn(() => readSecrets(keys))),
    ...(secretFile === undefined ? [] : mistakesIn(() => readProxySecret(secretFile))),
    ...registryKeyMistakes(config, Object.keys({ ...config.registries, ...config.registryDatabases })),
  ]
}

/** Those of these registries: a process that asks others need not hold their keys. */
export const registryKeyMistakes = (
  { registries, registryDatabases }: Pick<Config, 'registries' | 'registryDatabases'>,
  wanted: readonly string[],
): readonly string[] => {
  const mistakes: string[] = []
  const report = (mistake: string): void => void mistakes.push(mistake)
  for (const id of wanted) {
    const files: Partial<RegistryDatabaseConfig> = { ...registries[id], ...registryDatabases[id] }
    const { certificateFile, keyFile, passwordFile } = files
    if (certificateFile !== undefined && keyFile !== undefined)
      readPair(pairBelow(`/registries/${id}`, { certificateFile, keyFile }), report)
    if (passwordFile !== undefined) readText({ setting: `/registries/${id}/passwordFile`, file: passwordFile }, report)
  }
  return mistakes
}

const mistakesIn = (read: () => unknown): readonly string[] => {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigRefused) return error.mistakes
    throw error
  }
}
