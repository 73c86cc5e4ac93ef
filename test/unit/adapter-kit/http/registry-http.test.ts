import assert from 'node:assert/strict'
import type { Server } from 'node:https'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { registryHttp, type RegistryReply } from '../../../../src/adapter-kit/http/registry-http.ts'
import type { RegistryEndpoint } from '../../../../src/adapter-kit/adapter.ts'
import { issueAuthority, issueCertificate } from '../../../../src/pki/issue-certificate.ts'

const BAD = { name: 'AdapterFault', kind: 'bad-answer' }

describe('the connections to a registry', () => {
  let server: Server
  let endpoint: RegistryEndpoint
  let impostor: RegistryEndpoint
  let size = 0

  before(async () => {
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) }
    const authority = await issueAuthority({ commonName: 'Registry test authority' }, validity)
    const other = await issueAuthority({ commonName: 'Another test authority' }, validity)
    const subject = { commonName: 'Registry' }
    const shape = { subject, keyType: 'ec-p256', hosts: ['127.0.0.1'], ...validity } as const
    const { key, certificate } = await issueCertificate(authority, { ...shape, use: 'server' })
    const client = await issueCertificate(authority, { ...shape, use: 'client' })
    server = createServer({ key, cert: certificate }, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/xml' }).end('x'.repeat(size))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    endpoint = { url, ca: authority.certificate, certificate: client.certificate, key: client.key }
    impostor = { ...endpoint, ca: other.certificate }
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  async function ask(to: RegistryEndpoint, bytes: number, maxAnswerBytes?: number): Promise<RegistryReply> {
    size = bytes
    await using http = registryHttp(to)
    const question = { path: '/', contentType: 'text/xml', body: '', accept: ['text/xml'] }
    return await http.post({ ...question, maxAnswerBytes, signal: AbortSignal.timeout(30_000) })
  }

  it('hand on no answer larger than 256 kilobytes, unless the operation allows more', async () => {
    const limit = 256 * 1024
    assert.equal((await ask(endpoint, limit)).body.byteLength, limit)
    await assert.rejects(ask(endpoint, limit + 1), BAD)
    await assert.rejects(ask(endpoint, 2 * 1024 * 1024), BAD)
    assert.equal((await ask(endpoint, limit + 1, limit * 2)).body.byteLength, limit + 1)
  })

  it('take no server of another authority, whatever the environment says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      await assert.rejects(ask(impostor, 1), { name: 'AdapterFault', kind: 'unavailable' })
      assert.equal((await ask(endpoint, 1)).status, 200)
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    }
  })
})
