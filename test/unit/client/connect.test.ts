import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect, problemIn } from '../../../src/client/connect.ts'
import { makeIdentity } from '../../support/certificates.ts'

describe('the connection of the client', () => {
  it('checks who answers, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const { certificatePem, privateKeyPem } = await makeIdentity('stranger', 'p-256')
    const { certificatePem: ca } = await makeIdentity('authority', 'p-256')
    let asked = 0
    const server = createServer({ cert: certificatePem, key: privateKeyPem }, (_, response) => {
      asked += 1
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    const { http, close } = connect({ url, ca, certificate: certificatePem, key: privateKeyPem }, 'en')
    try {
      await assert.rejects(http.get('/'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
      assert.equal(asked, 0)
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
      close()
      server.close()
    }
  })
})

describe('a problem that came back', () => {
  it('is edno’s own, or else said to be somebody’s on the way, by its status', () => {
    const problem = { code: 'request.replayed', title: 't', status: 409, advice: 'a', retry: 'never' }
    assert.deepEqual(problemIn({ status: 409, data: Buffer.from(JSON.stringify(problem)) }), problem)
    for (const text of ['<html>502 Bad Gateway</html>', '', '{}', 'null', '{"code":7}'])
      assert.throws(() => problemIn({ status: 502, data: Buffer.from(text) }), { name: 'NotFromEdno', status: 502 })
  })
})
