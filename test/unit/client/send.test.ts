import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { ednoClient, type EdnoClient } from '../../../src/client/send.ts'
import { exchangeId } from '../../../src/model/ids.ts'
import { issueAuthority, issueCertificate } from '../../../src/pki/issue-certificate.ts'

const ID = '01a20749-3f79-7cd8-a6e0-2b22e05b8c81'

describe('an answer whose receipt stands behind a link', () => {
  let server: Server
  let client: EdnoClient
  const asked: string[] = []
  before(async () => {
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
    const authority = await issueAuthority({ commonName: 'Test authority' }, validity)
    const pair = await issueCertificate(authority, {
      subject: { commonName: 'Test edno' },
      use: 'server',
      keyType: 'ec-p256',
      ...validity,
      hosts: ['127.0.0.1'],
    })
    server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
      asked.push(`${request.method} ${request.url}`)
      if (request.method === 'GET') response.socket?.destroy()
      else {
        const headers = { 'Content-Type': 'application/xml', Link: `</v1/exchanges/${ID}/receipt>; rel="receipt"` }
        response.writeHead(200, headers).end('<a/>')
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    client = ednoClient({ url, ca: authority.certificate, certificate: pair.certificate, key: pair.key })
  })
  after(async () => {
    client.close()
    await new Promise((resolve) => server.close(resolve))
  })

  it('is not lost where edno ends before it is asked for the receipt', async () => {
    const reply = await client.send(Buffer.from('<a/>'))
    assert.deepEqual(reply, { kind: 'answer', status: 200, bytes: Buffer.from('<a/>') })
    assert.deepEqual(asked, ['POST /v1/exchanges', `GET /v1/exchanges/${ID}/receipt`])
    await assert.rejects(client.receiptOf(exchangeId(ID)), /socket hang up/)
  })
})
