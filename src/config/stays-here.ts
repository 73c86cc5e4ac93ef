import { isIPv4 } from 'node:net'

/** Nothing that is sent there leaves this machine: no host at all, a Unix socket, the loopback. */
export const staysHere = (host: string): boolean =>
  host === '' ||
  /^(\/|%2f)/i.test(host) ||
  host === '::1' ||
  host.toLowerCase() === 'localhost' ||
  (isIPv4(host) && host.startsWith('127.'))
