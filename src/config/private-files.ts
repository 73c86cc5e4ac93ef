import { statSync } from 'node:fs'
import type { ConfigFile } from './config.ts'

const GROUP_AND_OTHERS = 0o077

const isOpen = (file: string): boolean => {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat !== undefined && (stat.mode & GROUP_AND_OTHERS) !== 0
}

const privateFiles = ({
  keys,
  registries,
  registryDatabases,
  databaseUrlFile,
  queue,
  http,
}: ConfigFile): readonly (readonly [string, string])[] => [
  ...(keys === undefined
    ? []
    : [
        ['/keys/tls/keyFile', keys.tls.keyFile] as const,
        ['/keys/seal/keyFile', keys.seal.keyFile] as const,
        ...(keys.nextSeal === undefined ? [] : [['/keys/nextSeal/keyFile', keys.nextSeal.keyFile] as const]),
        ['/keys/logKeyFile', keys.logKeyFile] as const,
        ['/keys/payloadKeyFile', keys.payloadKeyFile] as const,
        ...(['callbackKeyFile', 'nextCallbackKeyFile', 'searchKeyFile'] as const).flatMap((name) => {
          const file = keys[name]
          return file === undefined ? [] : [[`/keys/${name}`, file] as const]
        }),
      ]),
  ...Object.entries(registries).map(([id, { keyFile }]) => [`/registries/${id}/keyFile`, keyFile] as const),
  ...Object.entries(registryDatabases).flatMap(([id, files]) =>
    (['keyFile', 'passwordFile'] as const).flatMap((name) => {
      const file = files[name]
      return file === undefined ? [] : [[`/registries/${id}/${name}`, file] as const]
    }),
  ),
  ...(databaseUrlFile === undefined ? [] : [['/databaseUrlFile', databaseUrlFile] as const]),
  ...(queue.redisUrlFile === undefined ? [] : [['/queue/redisUrlFile', queue.redisUrlFile] as const]),
  ...(http.proxy?.secretFile === undefined ? [] : [['/http/proxy/secretFile', http.proxy.secretFile] as const]),
]

/** A key that other users of the machine may read or change is not edno's own. Missing files are refused where they are read. */
export const privateFileMistakes = (config: ConfigFile): readonly string[] =>
  privateFiles(config)
    .filter(([, file]) => isOpen(file))
    .map(([pointer, file]) => `${pointer} is open to group or others; run: chmod 600 ${file}`)
