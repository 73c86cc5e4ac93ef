import { BlockList, isIP } from 'node:net'

/** Is this an address that a callback may be sent to? */
export type AddressJudge = (address: string) => boolean

/**
 * What is not on the public internet, or leads somewhere else than it seems: IANA's special-purpose registries for IPv4
 * and IPv6 (RFC 6890 and its updates), where the addresses of metadata services and of this machine lie too.
 */
const CLOSED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Of IPv6 only what is given out as global unicast is open, and of that not these. */
const OPEN_V6 = ['2000::', 3] as const
const CLOSED_V6: readonly (readonly [string, number])[] = [
  // Teredo, benchmarking, ORCHID, documentation, 6to4: each may hold an IPv4 address or none at all.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]

const blockList = (v4: Iterable<readonly [string, number]>, v6: Iterable<readonly [string, number]>): BlockList => {
  const list = new BlockList()
  for (const [address, bits] of v4) list.addSubnet(address, bits, 'ipv4')
  for (const [address, bits] of v6) list.addSubnet(address, bits, 'ipv6')
  return list
}

const closed = blockList(CLOSED_V4, CLOSED_V6)
const open = blockList([], [OPEN_V6])

const isPublic = (address: string, family: 'ipv4' | 'ipv6'): boolean =>
  !closed.check(address, family) && (family === 'ipv4' || open.check(address, family))

/** `networks`: in CIDR form, open besides; an operator names them. */
export function addressJudge(networks: readonly string[]): AddressJudge {
  const named = networks.map((network): readonly [string, number] => {
    const [address = '', bits = ''] = network.split('/')
    return [address, Number(bits)]
  })
  const allowed = blockList(
    named.filter(([address]) => isIP(address) === 4),
    named.filter(([address]) => isIP(address) === 6),
  )
  return (address) => {
    const plain = plainForm(address)
    const kind = isIP(plain)
    if (kind === 0) return false
    const family = kind === 4 ? 'ipv4' : 'ipv6'
    return allowed.check(plain, family) || isPublic(plain, family)
  }
}

/** An IPv4 address that is written as IPv6 is judged as what it is; one with a zone belongs to this machine's links. */
function plainForm(address: string): string {
  if (address.includes('%')) return ''
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  return mapped?.[1] ?? address
}
