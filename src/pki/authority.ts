import type { ChainCertificate } from './chain-certificate.ts'

/** Where an authority says what it has revoked. */
export interface RevocationPolicy {
  /** `none` is for the development authority alone. */
  readonly policy: 'required' | 'none'
  /** Addresses that are asked about every certificate of this authority. */
  readonly ocsp: readonly string[]
  readonly crl: readonly string[]
  /** Hosts (with port, where it is not the usual one) at which addresses named by a certificate are asked too. */
  readonly hosts: readonly string[]
}

/** Whose certificates an authority is believed for. */
export type AuthorityUse = 'parties' | 'applicants' | 'time-stamps'

/** An authority whose certificates are believed. */
export interface Authority {
  readonly id: string
  /** It is believed for these and for nothing else. */
  readonly uses: readonly AuthorityUse[]
  /** Certificate policies, of which a person's certificate must name one; empty where it certifies no applicants. */
  readonly policies: readonly string[]
  readonly anchors: readonly ChainCertificate[]
  readonly intermediates: readonly ChainCertificate[]
  readonly revocation: RevocationPolicy
}

const hostOf = (address: string): string | undefined => {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  return isPlain ? url.host : undefined
}

/** Those of the configuration first; of what a certificate names, only addresses at hosts that the operator listed. */
export const allowedAddresses = (
  configured: readonly string[],
  named: readonly string[],
  { hosts }: Pick<RevocationPolicy, 'hosts'>,
): readonly string[] => {
  const allowed = named.filter((address) => {
    const host = hostOf(address)
    return host !== undefined && hosts.includes(host)
  })
  return [...new Set([...configured, ...allowed])].slice(0, MAX_ADDRESSES)
}

const MAX_ADDRESSES = 3
