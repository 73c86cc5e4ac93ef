import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { partyId } from '../../../src/model/ids.ts'
import { readBundle } from '../../../src/pki/chain-certificate.ts'
import { expiringAt } from '../../../src/pki/expiry.ts'
import { spkiSha256 } from '../../../src/pki/spki.ts'
import { openTrust, type Trust } from '../../../src/pki/trust.ts'
import { type CertificateDirectories, openCertificates } from '../../../src/policy/certificate-directory.ts'
import { GovernanceRefused } from '../../../src/policy/governance-refused.ts'
import { type Made, makeAuthority, makeLeaf } from '../../support/chains.ts'
import { type TestPki, testPki } from '../../support/pki.ts'
import { aGovernance, partyText, suspended } from './a-governance.ts'

const inDays = (count: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + count * 86_400_000)
const YEARS = { from: inDays(-99), until: inDays(999) }

describe('openCertificates', () => {
  let dataDirectory = ''
  let pki: TestPki
  before(async () => {
    pki = await testPki()
  })
  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), 'edno-certificates-'))
  })
  afterEach(() => {
    rmSync(dataDirectory, { recursive: true })
  })
  const put = (name: string, text: string): void => {
    mkdirSync(join(dataDirectory, name, '..'), { recursive: true })
    writeFileSync(join(dataDirectory, name), text)
  }
  const trust = (ca = pki.ca): Trust => {
    const anchors = readBundle(Buffer.from(ca))
    const revocation = { policy: 'none', ocsp: [], crl: [], hosts: [] } as const
    const uses = ['parties'] as const
    const authority = { id: 'test', uses, policies: [], anchors, intermediates: [], revocation }
    return openTrust([authority], { fetch: () => Promise.resolve(undefined), clock: () => new Date() })
  }
  const open = (environment: 'development' | 'production' = 'development'): CertificateDirectories =>
    openCertificates(aGovernance({ 'parties/village.yaml': suspended('village') }), {
      dataDirectory,
      environment,
      trust: trust(),
      now: new Date(),
    })
  const refusal = (environment: 'development' | 'production' = 'development'): string => {
    try {
      open(environment)
    } catch (error) {
      if (error instanceof GovernanceRefused) return error.message
    }
    return assert.fail('not refused')
  }

  it('finds the party by its certificate, each kind in its own directory', async () => {
    const [seal, tls] = [await pki.leaf('town'), await pki.leaf('town', { use: 'client' })]
    put('town/seal.crt', seal.certificate)
    put('town/tls.crt', tls.certificate)
    const { seals, connections } = open()
    const found = seals.find(seal.read.sha256)
    assert.equal(found?.party, 'town')
    assert.ok(found.key.equals(seal.read.key))
    assert.deepEqual([found.notBefore, found.notAfter], [seal.read.notBefore, seal.read.notAfter])
    assert.equal(connections.find(tls.read.sha256)?.party, 'town')
    assert.equal(seals.find(tls.read.sha256), undefined)
    assert.equal(connections.find(seal.read.sha256), undefined)
  })

  it('does not know a certificate of the same name that is not registered', async () => {
    put('town/seal.crt', (await pki.leaf('town')).certificate)
    const { seals } = open()
    assert.equal(seals.find((await pki.stranger('town')).read.sha256), undefined)
    assert.equal(seals.find((await pki.leaf('town')).read.sha256), undefined)
  })

  it('knows suspended parties and expired certificates, so that the refusal can say why', async () => {
    const expired = await pki.expired('village')
    put('village/seal.crt', expired.certificate)
    assert.equal(open().seals.find(expired.read.sha256)?.party, 'village')
  })

  it('warns of files that do not exist, and goes on without them', () => {
    const { warnings, seals } = open()
    assert.equal(warnings.length, 8)
    assert.match(warnings.join(), /town\/seal\.crt does not exist/)
    assert.equal(seals.find('00'), undefined)
  })

  it('refuses a file that is no certificate', () => {
    put('town/seal.crt', 'hunter2')
    assert.match(refusal(), /town\/seal\.crt:1: is not a certificate/)
    assert.doesNotMatch(refusal(), /hunter2/)
  })

  it('refuses one certificate for two parties', async () => {
    const leaf = await pki.leaf('town')
    put('town/seal.crt', leaf.certificate)
    put('village/tls.crt', leaf.certificate)
    assert.match(refusal(), /the same certificate stands for town and for village/)
  })

  it('refuses certificates of the development PKI in production', async () => {
    put('town/seal.crt', (await pki.leaf('town seal, NOT FOR PRODUCTION')).certificate)
    assert.ok(open())
    assert.match(refusal('production'), /is a certificate of the development PKI/)
  })

  it('refuses certificates whose path is wrong, and names each with the check that failed', async () => {
    put('town/seal.crt', (await pki.stranger('town')).certificate)
    put('town/tls.crt', (await pki.leaf('town', { use: 'server' })).certificate)
    assert.match(refusal(), /town\/seal\.crt:1: is not trusted: signatures \(the certificate itself\)/)
    assert.match(refusal(), /town\/tls\.crt:1: is not trusted: extended-key-usage/)
  })

  it('warns of a certificate that has ended, and lists when each of them ends', async () => {
    const [ended, good] = [await pki.expired('town'), await pki.leaf('village')]
    put('town/seal.crt', ended.certificate)
    put('village/seal.crt', good.certificate)
    const { warnings, dated } = open()
    assert.match(warnings.join('\n'), /town\/seal\.crt is outside its dates/)
    assert.deepEqual(
      dated.map(({ owner, use, notAfter }) => [owner, use, notAfter]),
      [
        ['town', 'seal', ended.read.notAfter],
        ['village', 'seal', good.read.notAfter],
      ],
    )
  })

  it('lists when the certificates of a pinned key end, once they come: of each key the one that lasts longest', async () => {
    const [issuer, nobody] = [await makeAuthority('Authority', YEARS), await makeAuthority('Nobody', YEARS)]
    const first = await makeLeaf('town', { issuer, from: inDays(-9), until: inDays(5) })
    const renewed = await makeLeaf('town', { issuer, keys: first.keys, from: inDays(-1), until: inDays(20) })
    const made = await makeLeaf('town', { issuer: nobody, keys: first.keys, from: inDays(-1), until: inDays(900) })
    const key = spkiSha256(first.read.key)
    const town = partyText('town', 'consumer').replace(/seal: \[.*?\]/, `seal: [], sealKeys: ['${key}']`)
    assert.match(town, /sealKeys/)
    const directories = openCertificates(aGovernance({ 'parties/town.yaml': town }), {
      ...{ dataDirectory, environment: 'development', trust: trust(issuer.pem), now: new Date() },
    })
    const ends = () => directories.dated.map(({ owner, use, notAfter }) => [owner, use, notAfter])
    assert.deepEqual(ends(), [], 'nobody knows them before')
    const come = ({ read }: Made) => directories.seals.find(read.sha256, read.der)
    come(first)
    assert.deepEqual(ends(), [['town', 'pinned seal', first.read.notAfter]])
    assert.deepEqual(
      expiringAt(directories.dated, new Date()).map(({ within }) => within),
      [7],
    )
    come(renewed)
    come(first)
    assert.deepEqual(ends(), [['town', 'pinned seal', renewed.read.notAfter]])
    // Whoever has seen the public key can write a certificate over it; it is not trusted and says nothing.
    assert.equal(come(made)?.party, 'town')
    assert.deepEqual(ends(), [['town', 'pinned seal', renewed.read.notAfter]])
  })

  /** Believes everything but what it is told to refuse, and notes what it was asked. */
  const believing = (failed?: { readonly check: string; readonly detail?: string }) => {
    const asked: string[] = []
    const pathOf = ({ certificate }: { certificate: { subject: string } }, purpose: string, at: Date) => {
      asked.push(`${certificate.subject} ${purpose} ${at.toISOString()}`)
      return { failed }
    }
    return { asked, trust: { pathOf } as unknown as Pick<Trust, 'pathOf'> }
  }
  const registering = (certificates: string, by: Pick<Trust, 'pathOf'>, village = partyText('village', 'consumer')) => {
    const town = partyText('town', 'consumer').replace(/certificates: .*/, `certificates: ${certificates}`)
    assert.match(town, new RegExp(certificates.slice(0, 5)))
    const governance = aGovernance({ 'parties/town.yaml': town, 'parties/village.yaml': village })
    return openCertificates(governance, { dataDirectory, environment: 'development', trust: by, now: NOW })
  }
  const NOW = new Date('2030-06-15T12:00:00Z')
  const refusedFor = (certificates: string, by: Pick<Trust, 'pathOf'>, village?: string): readonly string[] => {
    try {
      registering(certificates, by, village)
    } catch (error) {
      if (error instanceof GovernanceRefused)
        return error.mistakes.map(({ file, line, message }) => `${file.replace(dataDirectory, '')}:${line} ${message}`)
      throw error
    }
    return assert.fail('not refused')
  }

  it('has each certificate judged for what it is used for, as of now', async () => {
    const issuer = await makeAuthority('Authority')
    put('town/a.crt', (await makeLeaf('a', { issuer })).pem)
    put('town/b.crt', (await makeLeaf('b', { issuer })).pem)
    const { asked, trust: by } = believing()
    registering('{ seal: [town/a.crt], tls: [town/b.crt] }', by)
    assert.deepEqual(asked, [`CN=a seal ${NOW.toISOString()}`, `CN=b tls-client ${NOW.toISOString()}`])
  })

  it('says why one is refused or only warned of, with no more words than there are', async () => {
    const issuer = await makeAuthority('Authority')
    put('town/a.crt', (await makeLeaf('a', { issuer })).pem)
    const of = (failed: { check: string; detail?: string }): readonly string[] =>
      refusedFor('{ seal: [town/a.crt], tls: [] }', believing(failed).trust)
    assert.deepEqual(of({ check: 'names' }), ['/town/a.crt:1 is not trusted: names'])
    assert.deepEqual(of({ check: 'names', detail: 'another' }), ['/town/a.crt:1 is not trusted: names (another)'])
    const warned = (failed: { check: string; detail?: string }): readonly string[] =>
      registering('{ seal: [town/a.crt], tls: [] }', believing(failed).trust).warnings.filter((each) =>
        each.includes('a.crt'),
      )
    const path = join(dataDirectory, 'town/a.crt')
    assert.deepEqual(warned({ check: 'dates' }), [`${path} is outside its dates`])
    assert.deepEqual(warned({ check: 'dates', detail: 'ended' }), [`${path} is outside its dates (ended)`])
  })

  it('knows all certificates and all keys of a party, registered or pinned, each once', async () => {
    const issuer = await makeAuthority('Authority')
    const [one, two, tls] = [
      await makeLeaf('one', { issuer }),
      await makeLeaf('two', { issuer }),
      await makeLeaf('tls', { issuer }),
    ]
    const again = await makeLeaf('again', { issuer, keys: one.keys })
    for (const [name, { pem }] of Object.entries({ one, two, tls, again })) put(`town/${name}.crt`, pem)
    const pinned = 'ab'.repeat(32)
    const seals = 'seal: [town/one.crt, town/two.crt, town/again.crt]'
    const found = registering(`{ ${seals}, tls: [town/tls.crt], sealKeys: ['${pinned}'] }`, believing().trust)
    const TOWN = partyId('town')
    assert.deepEqual(
      found.certificatesOf(TOWN),
      [one, two, again, tls].map(({ read }) => read.sha256),
    )
    assert.deepEqual(found.keysOf(TOWN), [spkiSha256(one.read.key), spkiSha256(two.read.key), pinned])
    assert.deepEqual(found.connectionKeysOf(TOWN), [spkiSha256(tls.read.key)])
    for (const other of ['village', 'nobody']) {
      assert.deepEqual(found.certificatesOf(partyId(other)), [], other)
      assert.deepEqual(found.keysOf(partyId(other)), [], other)
    }
    assert.deepEqual(
      found.dated.map(({ owner, use }) => `${owner} ${use}`),
      ['town seal', 'town seal', 'town seal', 'town tls'],
    )
  })

  it('refuses one key for two parties, whichever way each has it', async () => {
    const issuer = await makeAuthority('Authority')
    const seal = await makeLeaf('seal', { issuer })
    put('town/seal.crt', seal.pem)
    put('village/other.crt', (await makeLeaf('other', { issuer, keys: seal.keys })).pem)
    const key = spkiSha256(seal.read.key)
    const village = (certificates: string): string =>
      partyText('village', 'consumer').replace(/certificates: .*/, `certificates: ${certificates}`)
    const both = (certificates: string): readonly string[] =>
      refusedFor('{ seal: [town/seal.crt], tls: [] }', believing().trust, village(certificates))
    const why = 'the same key stands for town and for village'
    assert.deepEqual(both('{ seal: [village/other.crt], tls: [] }'), [`/village/other.crt:1 ${why}`])
    assert.deepEqual(both(`{ seal: [], tls: [], sealKeys: ['${key}'] }`), [`sealKeys of village:1 ${why}`])
    assert.deepEqual(both(`{ seal: [], tls: [], tlsKeys: ['${key}'] }`), [`tlsKeys of village:1 ${why}`])
  })

  it('finds connections by a pinned key too, and notes how long each key lasts for what it is pinned', async () => {
    const issuer = await makeAuthority('Authority')
    const long = await makeLeaf('long', { issuer, until: new Date('2032-01-01T00:00:00Z') })
    const short = await makeLeaf('short', { issuer, keys: long.keys, until: new Date('2031-01-01T00:00:00Z') })
    const other = await makeLeaf('other', { issuer })
    const seal = await makeLeaf('seal', { issuer })
    const { asked, trust: by } = believing()
    const tlsKeys = [long, other].map(({ read }) => `'${spkiSha256(read.key)}'`).join(', ')
    const found = registering(
      `{ seal: [], tls: [], tlsKeys: [${tlsKeys}], sealKeys: ['${spkiSha256(seal.read.key)}'] }`,
      by,
    )
    const come = ({ read }: Made) => found.connections.find(read.sha256, read.der)
    assert.equal(found.seals.find(long.read.sha256, long.read.der), undefined, 'pinned for connections only')
    assert.equal(come(seal), undefined, 'pinned for seals only')
    for (const made of [long, short, other]) assert.equal(come(made)?.party, 'town')
    assert.equal(found.seals.find(seal.read.sha256, seal.read.der)?.party, 'town')
    assert.deepEqual(
      found.dated.map(({ owner, use, notAfter }) => [owner, use, notAfter]),
      [
        ['town', 'pinned tls', long.read.notAfter],
        ['town', 'pinned tls', other.read.notAfter],
        ['town', 'pinned seal', seal.read.notAfter],
      ],
    )
    assert.deepEqual(asked, [
      `CN=long tls-client ${long.read.notBefore.toISOString()}`,
      `CN=other tls-client ${other.read.notBefore.toISOString()}`,
      `CN=seal seal ${seal.read.notBefore.toISOString()}`,
    ])
  })
})
