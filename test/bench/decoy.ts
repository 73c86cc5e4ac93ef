import { type AddressInfo, createServer } from 'node:net'
import type { BenchServer } from './process.ts'

/** Refuses every connection and does nothing else: what bad requests cost the machine before they cost edno anything. */
export async function startDecoy(): Promise<BenchServer> {
  const server = createServer((socket) => void socket.resetAndDestroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
