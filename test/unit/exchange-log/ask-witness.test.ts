import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { witnessCaller, type WitnessReply } from '../../../src/exchange-log/ask-witness.ts'

describe('asking a witness', function () {
  this.timeout(60_000)
  const servers: Server[] = []
  after(() => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  })
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`
  }

  it('posts to its prefix and reads what it says, whatever the media type', async () => {
    const asked: string[] = []
    const url = await serve((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`)
      if (request.method === 'GET') response.setHeader('Content-Type', 'application/json').end('12')
      else response.end('— w AAAA\n')
    })
    const caller = witnessCaller(url)
    assert.deepEqual(await caller.add('old 0\n\n'), { kind: 'line', line: '— w AAAA\n' })
    assert.equal(await caller.head('log.example.bg'), '12')
    // SHA-256 of the origin, worked out elsewhere.
    const name = '0868ca4af4e00e1e610e451f938a2ceaa27811dd034869bf6f4df9a9845c3cf3'
    assert.deepEqual(asked, ['POST /prefix/add-checkpoint', `GET /prefix/${name}/checkpoint`])
  })

  const answers: Readonly<Record<string, { readonly listener: RequestListener; readonly reply: WitnessReply }>> = {
    'the size it knows': { listener: (_, to) => to.writeHead(409).end('123\n'), reply: { kind: 'size', size: 123 } },
    'a size that is none': { listener: (_, to) => to.writeHead(409).end('0123\n'), reply: { kind: 'bad-answer' } },
    'that the proof does not hold': { listener: (_, to) => to.writeHead(422).end(), reply: { kind: 'unproven' } },
    'that it does not know the log': { listener: (_, to) => to.writeHead(404).end(), reply: { kind: 'refused' } },
    'that it does not know the key': { listener: (_, to) => to.writeHead(403).end(), reply: { kind: 'refused' } },
    'that it failed': { listener: (_, to) => to.writeHead(500).end(), reply: { kind: 'bad-answer' } },
    'from elsewhere': {
      listener: (_, to) => to.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
      reply: { kind: 'bad-answer' },
    },
    'without end': { listener: (_, to) => void to.write('x'.repeat(400_000)), reply: { kind: 'no-answer' } },
    nothing: { listener: () => undefined, reply: { kind: 'no-answer' } },
    'by hanging up': { listener: (request) => request.socket.destroy(), reply: { kind: 'no-answer' } },
  }
  for (const [what, { listener, reply }] of Object.entries(answers))
    it(`understands when it answers ${what}`, async () => {
      assert.deepEqual(await witnessCaller(await serve(listener)).add('old 0\n\n'), reply)
    })

  it('is told nothing by an address where nobody is', async () => {
    const caller = witnessCaller('http://127.0.0.1:1')
    assert.deepEqual(await caller.add('old 0\n\n'), { kind: 'no-answer' })
    assert.equal(await caller.head('log.example.bg'), undefined)
  })
})
