import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'mocha'
import { accessClient, NotGenuine } from '../../../src/client/access.ts'
import type { AgreementDigest } from '../../../src/model/agreement.ts'
import { canonicalJson, sha256Hex } from '../../../src/schema/canonical-json.ts'

describe('agreements as a client is shown them', () => {
  const content = { registry: 'maritime-registry', operations: [] }
  const digest = sha256Hex(canonicalJson(content)) as AgreementDigest
  let shown: unknown
  let close: () => void = () => undefined
  let client: ReturnType<typeof accessClient>
  before(async () => {
    const server = createServer((_, response) =>
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(shown)),
    )
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    client = accessClient({ url, ca: '', key: '', certificate: '' })
    close = () => {
      client.close()
      server.close()
    }
  })
  after(() => close())

  it('are taken where the content is what the digest names', async () => {
    shown = { digest, content, acts: [] }
    assert.equal((await client.find(digest)).digest, digest)
  })

  it('are never signed for where edno shows another content than the digest names', async () => {
    shown = { digest, content: { ...content, registry: 'civil-registry' }, acts: [] }
    await assert.rejects(client.find(digest), NotGenuine)
    shown = { agreements: [shown] }
    await assert.rejects(client.list(), NotGenuine)
  })

  it('are never signed for where edno shows another agreement than was asked for', async () => {
    const other = { registry: 'civil-registry' }
    shown = { digest: sha256Hex(canonicalJson(other)), content: other, acts: [] }
    await assert.rejects(client.find(digest), NotGenuine)
  })
})
