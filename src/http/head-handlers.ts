import type { Request } from 'express'
import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'

/** What is there once stays as it is; witnesses may still sign a head. */
const FOR_EVER = 'public, max-age=31536000, immutable'
const FRESH = 'public, max-age=2'

/** What others say of the log's heads: beside the files of C2SP, which know newest heads only. */
export function headHandlers({ heads }: Pick<Broker, 'heads'>): Record<string, Handler> {
  return {
    readLogCheckpointAt: async (request, response) => {
      const note = found(await heads.checkpointAt(sizeOf(request)))
      response.set('Cache-Control', FRESH).type('text/plain; charset=utf-8').send(note)
    },
    readLogStamp: async (request, response) => {
      const token = found(await heads.stampAt(sizeOf(request)))
      response.set('Cache-Control', FOR_EVER).type('application/octet-stream').send(Buffer.from(token))
    },
    listLogStamps: async (request, response) => {
      const { from = '0' } = request.query as { readonly from?: string }
      const stamps = await heads.stampsFrom(Number(from))
      response.json({ stamps: stamps.map(({ size, at }) => ({ size, at: at.toISOString() })) })
    },
  }
}

const sizeOf = (request: Request): number => Number(request.params['size'])

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new BrokerError('request.not-found', 'there is none of this size')
  return value
}
