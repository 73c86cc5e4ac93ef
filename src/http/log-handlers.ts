import { BrokerError } from '../problem/broker-error.ts'
import type { Broker } from './broker.ts'
import type { Handler } from './exchange-handlers.ts'

const NOTE = 'text/plain; charset=utf-8'
const HASHES = 'application/octet-stream'
/** A head is out of date with the next batch. */
const FRESH = 'public, max-age=2'
/** The bytes of a tile of one width never change. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** The exchange log as static files, which it also is when it is exported: C2SP tlog-tiles. */
export function logHandlers(broker: Pick<Broker, 'readLog'>): Record<string, Handler> {
  const serve =
    (type: string, caching: string): Handler =>
    async (request, response) => {
      // As it was written: a path of the log has one spelling, and none of it is escaped.
      const bytes = await broker.readLog(request.path.replace(/^\/log\//, ''))
      if (bytes === undefined) throw new BrokerError('request.not-found', 'the exchange log has no such file')
      response.set('Cache-Control', caching).type(type).send(Buffer.from(bytes))
    }
  return {
    readLogCheckpoint: serve(NOTE, FRESH),
    readLogKey: serve(NOTE, FRESH),
    readLogTile: serve(HASHES, FOR_EVER),
  }
}
