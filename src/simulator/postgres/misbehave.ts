import { setTimeout as pause } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { FaultKind, RegistryFault } from '../../adapter-kit/simulator.ts'
import { decomposed, DRIP_EVERY_MS } from '../faults.ts'
import { errorOf, replyOf, type Told } from './replies.ts'

/** Sends the answer the way the fault says. */
export async function misbehave(socket: TLSSocket, fault: RegistryFault | undefined, told: Told): Promise<void> {
  if (fault === undefined) socket.write(replyOf(told))
  else await MISCHIEF[fault.kind](socket, told, fault)
}

type Mischief = (socket: TLSSocket, told: Told, fault: RegistryFault) => unknown

const other: Mischief = (socket) => socket.write(replyOf({ columns: ['other'], rows: [['&lt;@#!{ не е това']] }))
const halfOf = (told: Told): Buffer => {
  const whole = replyOf(told)
  return whole.subarray(0, whole.length >> 1)
}

const MISCHIEF: Readonly<Record<FaultKind, Mischief>> = {
  hang: () => undefined,
  reset: (socket) => socket.destroy(),
  'error-500': (socket) => socket.write(errorOf('XX000')),
  busy: (socket) => socket.write(errorOf('53300')),
  garbage: other,
  malformed: other,
  stalled: (socket, told) => socket.write(halfOf(told)),
  truncated: (socket, told) => socket.end(halfOf(told)),
  dripping: drip,
  decomposed: (socket, { columns, rows }) =>
    socket.write(replyOf({ columns, rows: rows.map((row) => row.map((text) => text && decomposed(text))) })),
  slow: async (socket, told, { ms = 1000 }) => {
    await pause(ms)
    if (!socket.destroyed) socket.write(replyOf(told))
  },
  // Has been done to the question already (see `anotherSubject`).
  'other-subject': (socket, told) => socket.write(replyOf(told)),
}

async function drip(socket: TLSSocket, told: Told): Promise<void> {
  const whole = replyOf(told)
  for (let at = 0; at < whole.length && !socket.destroyed; at += 1) {
    socket.write(whole.subarray(at, at + 1))
    await pause(DRIP_EVERY_MS)
  }
}
