import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import type { AddressJudge } from './addresses.ts'

/** Every address of a name. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export const systemResolve: Resolve = (host) => systemLookup(host, { all: true, verbatim: true })

/** No connection was opened: the name leads where no callback may go. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/**
 * The look-up of a connection itself: what it gives is what is connected to, so that a name cannot show one address to
 * the guard and another to the connection. One bad address among several refuses the name as a whole.
 */
export const guardedLookup =
  (judge: AddressJudge, resolve: Resolve): LookupFunction =>
  (host, options, done) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined || !addresses.every(({ address }) => judge(address)))
          done(new AddressRefused('the name leads to an address that callbacks may not go to'), '', 0)
        else if (options.all === true) done(null, [...addresses])
        else done(null, first.address, first.family)
      },
      (error: unknown) => done(error instanceof Error ? error : new Error('no address'), '', 0),
    )
  }
