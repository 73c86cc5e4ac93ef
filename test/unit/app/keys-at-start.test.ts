import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { keysInUse, logKeysAtStart } from '../../../src/app/keys-at-start.ts'
import type { BrokerSecrets } from '../../../src/config/read-secrets.ts'
import { Secret } from '../../../src/config/secret.ts'
import type { KeyEntry } from '../../../src/exchange-log/entry.ts'
import { lastLogEntryOf } from '../../../src/store/log-entries.ts'
import type { Store } from '../../../src/store/store.ts'
import { makeIdentity } from '../../support/certificates.ts'
import { testStore } from '../../support/database.ts'

const ed25519 = (): Secret<string> =>
  new Secret(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())

describe('the entry of keys at the start', function () {
  this.timeout(60_000)
  let store: Store
  let secrets: Pick<BrokerSecrets, 'logKey' | 'seal' | 'callbackKeys'>
  before(async () => {
    store = await testStore()
    const { certificatePem, privateKeyPem } = await makeIdentity('edno', 'p-256')
    secrets = {
      logKey: ed25519(),
      seal: { certificate: certificatePem, key: new Secret(privateKeyPem) },
      callbackKeys: [ed25519()],
    }
  })
  const start = (change: Partial<BrokerSecrets> = {}): Promise<string> =>
    logKeysAtStart(store, keysInUse({ ...secrets, ...change } as BrokerSecrets), new Date())
  const last = async (): Promise<KeyEntry> =>
    JSON.parse((await lastLogEntryOf(store.db, 'key'))!.bytes.toString()) as KeyEntry

  it('is written at the first start, and again only where a key is another', async () => {
    assert.equal(await start(), 'first')
    assert.deepEqual(
      (await last()).inUse.map(({ use }) => use),
      ['log', 'seal', 'callback'],
    )
    assert.equal(await start(), 'unchanged')
    const logKey = ed25519()
    assert.equal(await start({ logKey }), 'changed')
    const { changes, inUse } = await last()
    assert.equal(changes.length, 2)
    assert.match(changes[0]!, /^log [0-9a-f]{64} is not in use any more$/)
    assert.equal(changes[1], `log ${inUse[0]!.sha256} is in use`)
    assert.equal(await start({ logKey }), 'unchanged')
  })

  it('names the seal that follows, and holds no key itself', async () => {
    const { certificatePem, privateKeyPem } = await makeIdentity('edno', 'p-256')
    const nextSeal = { certificate: certificatePem, key: new Secret(privateKeyPem) }
    assert.equal(await start({ nextSeal }), 'changed')
    const entry = await last()
    assert.ok(entry.inUse.some(({ use }) => use === 'next-seal'))
    assert.doesNotMatch(JSON.stringify(entry), /PRIVATE|BEGIN/)
  })
})
