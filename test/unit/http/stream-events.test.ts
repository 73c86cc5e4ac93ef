import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import express from 'express'
import type { Broker } from '../../../src/http/broker.ts'
import { streamEvents, Waiting } from '../../../src/http/follow.ts'
import type { ExchangeProgress } from '../../../src/model/exchange-progress.ts'
import { exchangeId, operationRef, partyId } from '../../../src/model/ids.ts'
import { until } from '../../support/estate.ts'

const reader = partyId('troyan')
const FIRST = '0192f1a0-0000-7000-8000-000000000001'
const SECOND = '0192f1a0-0000-7000-8000-000000000002'

const at = (id: string, change: Partial<ExchangeProgress> = {}): ExchangeProgress => ({
  stage: 'progress',
  exchangeId: exchangeId(id),
  consumer: reader,
  state: 'running',
  outerEnd: '2026-03-02T08:00:00.000Z',
  calls: [],
  supplements: [],
  goesOn: true,
  ...change,
})
const CLOSED = { state: 'closed', status: 'complete', goesOn: false } as const

describe('events of an exchange on a connection', () => {
  const told = new Map<string, (progress: ExchangeProgress | undefined) => void>()
  let stopped: string[]
  let entered: number
  let failing: Error | undefined
  let errors: unknown[]
  let server: Server

  beforeEach(async () => {
    told.clear()
    stopped = []
    entered = 0
    failing = undefined
    errors = []
    const app = express()
    const inside = new Waiting()
    const waiting = {
      enter: (party: typeof reader) => {
        const leave = inside.enter(party)
        entered += 1
        let left = false
        return () => {
          if (!left) entered -= 1
          left = true
          leave()
        }
      },
    } as unknown as Waiting
    const broker: Pick<Broker, 'progressOf' | 'follow'> = {
      progressOf: (_reader, id) => Promise.resolve(at(id)),
      follow: (_reader, id, tell) => {
        if (failing !== undefined) return Promise.reject(failing)
        told.set(id, tell)
        return Promise.resolve(() => void stopped.push(id))
      },
    }
    app.get('/:id', (request, response, next) => {
      const emit = response.emit.bind(response)
      response.emit = (name: string, ...given: unknown[]) => {
        if (name === 'error') errors.push(given[0])
        return emit(name, ...given)
      }
      const id = exchangeId(request.params.id)
      streamEvents(request, response, { broker: broker as Broker, waiting, reader, id }).catch(next)
    })
    app.use(((_error, _request, response, _next) => {
      response.destroy()
    }) as express.ErrorRequestHandler)
    server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const follow = async (...ids: string[]) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')
    socket.resume()
    socket.write(ids.map((id) => `GET /${id} HTTP/1.1\r\nHost: edno\r\nAccept: text/event-stream\r\n\r\n`).join(''))
    await until('they are followed', () => told.size >= ids.length || failing !== undefined)
    return socket
  }

  it('writes nothing after a stream has ended that waits behind another one on its connection', async () => {
    const socket = await follow(FIRST, SECOND)
    const tell = told.get(SECOND)!
    const call = { call: 'driver', operation: operationRef('civil-registry/valid-person@1'), state: 'ended' } as const
    tell(at(SECOND, CLOSED))
    tell(at(SECOND, { ...CLOSED, calls: [{ ...call, outcome: 'found', elapsedMs: 1 }] }))
    await until('the second is stopped', () => stopped.length > 0)
    await pause(20)
    assert.deepEqual(errors, [])
    assert.deepEqual(stopped, [SECOND])
    assert.equal(entered, 1)
    socket.destroy()
    await until('both are stopped', () => stopped.length >= 2 && entered === 0)
    assert.deepEqual(stopped, [SECOND, FIRST])
    assert.equal(entered, 0)
  })

  it('stops telling a client that reads nothing', async () => {
    await follow(FIRST, SECOND)
    const tell = told.get(SECOND)!
    const supplements = Array.from({ length: 600 }, (_, n) => `call-${n}`)
    tell(at(SECOND, { supplements }))
    tell(at(SECOND, { supplements: [...supplements, 'another'] }))
    await until('the second is stopped', () => stopped.length > 0)
    await pause(20)
    assert.deepEqual(errors, [])
    assert.deepEqual(stopped, [SECOND])
  })

  it('gives the place back where nothing can be followed', async () => {
    failing = new Error('the database is away')
    const socket = await follow(FIRST)
    await once(socket, 'close')
    assert.equal(entered, 0)
  })
})
