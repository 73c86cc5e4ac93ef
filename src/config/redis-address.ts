import type { Environment } from './config.ts'
import { staysHere } from './stays-here.ts'

/** As the driver takes it: a path is a Unix socket, two slashes at the beginning are none. */
const isSocket = (address: string): boolean => /^\/(?!\/)/.test(address)

/** Is it an address, and in production one that may be used? Repeats nothing of it: it may hold a password. */
export const redisMistakes = (address: string, env: Environment): readonly string[] => {
  if (!isSocket(address) && !(/^rediss?:\/\//.test(address) && URL.canParse(address)))
    return ['REDIS_URL is no address rediss://…, redis://… or /path/of/a/socket']
  return env === 'production' ? openMistakes(address) : []
}

/** Whoever stands on this line learns who is asked when, and can drop or repeat wake-ups: beyond this machine it must be TLS. */
const openMistakes = (address: string): readonly string[] => {
  // A parameter would become an option of the driver: `tls=` takes TLS away again, `host=` leads elsewhere.
  if (address.includes('?')) return ['the address of Redis must carry no parameters in production']
  if (isSocket(address)) return []
  const { protocol, hostname } = new URL(address)
  return protocol === 'rediss:' || staysHere(hostname.replace(/^\[(.+)\]$/, '$1'))
    ? []
    : ['the address of Redis must begin with rediss:// in production: its host is not this machine']
}
