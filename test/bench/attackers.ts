import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Attack, type AttackCounts } from './attack.ts'
import { badKinds } from './bad-kinds.ts'
import type { BenchServer, BenchSetting } from './process.ts'

/**
 * The generator of bad requests in a process of its own. `/go`, `/halt` and `/` at its address
 * answer with the counts.
 */
export async function startAttackers({ dataDirectory, target = '' }: BenchSetting): Promise<BenchServer> {
  const url = new URL(target)
  const attack = new Attack(await badKinds(dataDirectory, url), url)
  const control = createServer(({ url: asked }, response) => {
    if (asked === '/go') attack.go()
    if (asked === '/halt') attack.halt()
    response.end(JSON.stringify(attack.counts() satisfies AttackCounts))
  })
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    close: () => {
      attack.halt()
      control.closeAllConnections()
      return new Promise((resolve) => control.close(() => resolve()))
    },
  }
}
