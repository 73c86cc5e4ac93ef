/** A name of the DNS in lower case whose last label is no number: no address in any of its spellings is one. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Nothing that a parser would first turn into something else. */
const PLAIN = /^[!$-?A-[\]-~]+$/
const LONGEST = 2000

/** Ports that a web server is on: 443, or one that takes no privilege. */
const isWebPort = (port: string): boolean => port === '' || Number(port) >= 1024

/**
 * The address that a party registered, if callbacks may go there by its form: https, a name, nothing of a user, no
 * fragment. Undefined where not; the schema of parties says the same, but may be older than this edno.
 */
export function callbackUrl(text: string): URL | undefined {
  if (text.length > LONGEST || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const { protocol, username, password, hostname, port, hash } = url
  const plain = protocol === 'https:' && username === '' && password === '' && hash === ''
  return plain && HOST.test(hostname) && isWebPort(port) && PLAIN.test(text) ? url : undefined
}
