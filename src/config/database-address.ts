import type { EnvironmentVariables } from './environment.ts'
import { staysHere } from './stays-here.ts'

const ENCRYPTED = ['require', 'verify-ca', 'verify-full']

const asUrl = (text: string): URL | undefined => {
  try {
    return new URL(text, 'postgres://base')
  } catch {
    return undefined
  }
}

/** As the driver reads it: `user@/name` is an address too, of no host. */
const parse = (address: string): { readonly url: URL; readonly hostname: string } | undefined => {
  const url = asUrl(address)
  if (url !== undefined) return { url, hostname: url.hostname.replace(/^\[(.+)\]$/, '$1') }
  const hostless = asUrl(address.replace('@/', '@none/'))
  return hostless === undefined ? undefined : { url: hostless, hostname: '' }
}

/** The driver obeys the last of several parameters of one name. */
const parameter = (url: URL, name: string): string | undefined => url.searchParams.getAll(name).at(-1)

/** The log and every payload key pass this line: beyond this machine it must be TLS. Repeats nothing of the address. */
export const databaseMistakes = (address: string, environment: EnvironmentVariables): readonly string[] => {
  if (address.startsWith('/') || address.startsWith('socket:')) return []
  const parsed = parse(address)
  if (parsed === undefined) return ['the address of the database is not a URL']
  const { url, hostname } = parsed
  if (staysHere(parameter(url, 'host') || hostname || environment['PGHOST'] || '')) return []
  return ENCRYPTED.includes(parameter(url, 'sslmode') ?? '')
    ? []
    : [`the address of the database must carry sslmode=${ENCRYPTED.join(', ')}: its host is not this machine`]
}
