import { isIP } from 'node:net'

/** One subscriber of IPv6 has a whole /64 at hand. */
export const ONE_SUBSCRIBER = { v4: 32, v6: 64 }

/**
 * The network of an address, so many bits of it as are asked for (IPv4: multiples of 8, IPv6: of 16), `192.0.2.0/24`,
 * `2001:db8:1:0::/48`; what is no IP address stays as it is.
 */
export function networkOf(address: string, bits: { readonly v4: number; readonly v6: number }): string {
  switch (isIP(address)) {
    case 4:
      return `${kept(address.split('.'), bits.v4 / 8).join('.')}/${bits.v4}`
    case 6:
      return `${groupsOf(address)
        .slice(0, bits.v6 / 16)
        .join(':')}::/${bits.v6}`
    default:
      return address
  }
}

const kept = (parts: readonly string[], count: number): string[] =>
  parts.map((part, index) => (index < count ? part : '0'))

/** All eight groups; `::` stands for as many zeros as are missing. */
function groupsOf(address: string): string[] {
  const [before = '', after = ''] = (address.split('%', 1)[0] ?? '').split('::')
  const [left, right] = [before, after].map((side) => (side === '' ? [] : side.split(':'))) as [string[], string[]]
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
}
