import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { allowedAddresses, type Authority, type RevocationPolicy } from '../../../src/pki/authority.ts'
import type { FetchStatus } from '../../../src/pki/fetch-status.ts'
import { openTrust } from '../../../src/pki/trust.ts'
import { requireTrusted } from '../../../src/policy/require-trusted.ts'
import { BrokerError } from '../../../src/problem/broker-error.ts'
import { type Made, makeAuthority, makeLeaf, NOW } from '../../support/chains.ts'

const NOBODY: RevocationPolicy = { policy: 'none', ocsp: [], crl: [], hosts: [] }
const ASKED: RevocationPolicy = { ...NOBODY, policy: 'required', ocsp: ['http://ocsp.invalid/'] }
const authority = (id: string, anchor: Made, revocation = NOBODY): Authority => ({
  id,
  uses: ['parties'],
  policies: [],
  anchors: [anchor.read],
  intermediates: [],
  revocation,
})
const held = ({ read }: Made, offered: readonly Made[] = []) => ({
  certificate: read,
  offered: offered.map((one) => one.read),
})
const silent: FetchStatus = () => Promise.resolve(undefined)
const open = (authorities: readonly Authority[]) => openTrust(authorities, { fetch: silent, clock: () => NOW })

describe('openTrust', () => {
  it('believes what any of its authorities issued, and asks nobody where that is the policy', async () => {
    const [one, other] = [await makeAuthority('One'), await makeAuthority('Other')]
    const leaf = await makeLeaf('town seal', { issuer: other })
    const trust = open([authority('one', one), authority('other', other)])
    assert.deepEqual(await trust.judge(held(leaf), 'seal', NOW), { kind: 'trusted' })
  })

  it('takes intermediates that the holder offers, if they lead to an anchor', async () => {
    const root = await makeAuthority('Root')
    const issuing = await makeAuthority('Issuing', { issuer: root })
    const leaf = await makeLeaf('town seal', { issuer: issuing })
    const trust = open([authority('root', root)])
    assert.equal((await trust.judge(held(leaf), 'seal', NOW)).kind, 'untrusted')
    assert.equal((await trust.judge(held(leaf, [issuing]), 'seal', NOW)).kind, 'trusted')
  })

  it('does not remember a path beyond the dates of anything on it', async () => {
    const day = 86_400_000
    const root = await makeAuthority('Root', { until: new Date(NOW.getTime() + day) })
    const leaf = await makeLeaf('town seal', { issuer: root })
    const trust = open([authority('root', root)])
    assert.equal((await trust.judge(held(leaf), 'seal', NOW)).kind, 'trusted')
    const later = await trust.judge(held(leaf), 'seal', new Date(NOW.getTime() + 2 * day))
    assert.equal(later.kind === 'untrusted' && later.failed.check, 'dates')
  })

  it('cannot tell where revocation must be known and nobody answers', async () => {
    const root = await makeAuthority('Root')
    const leaf = await makeLeaf('town seal', { issuer: root })
    const verdict = await open([authority('root', root, ASKED)]).judge(held(leaf), 'seal', NOW)
    assert.deepEqual(verdict, { kind: 'unclear', why: 'no-answer' })
  })
})

describe('requireTrusted', () => {
  const refusal = async (trusted: Promise<unknown>): Promise<string> => {
    const error = await trusted.then(
      () => assert.fail('not refused'),
      (one: unknown) => one,
    )
    assert.ok(error instanceof BrokerError)
    return `${error.status} ${error.message}`
  }

  it('refuses with the name of the check, and with 503 where it cannot be told', async () => {
    const root = await makeAuthority('Root')
    const leaf = await makeLeaf('town seal', { issuer: root })
    await requireTrusted(open([authority('root', root)]), held(leaf), 'seal', NOW)
    assert.equal(
      await refusal(requireTrusted(open([]), held(leaf), 'seal', NOW)),
      '401 signature.certificate-untrusted: the path of the certificate: anchor',
    )
    assert.equal(
      await refusal(requireTrusted(open([authority('root', root, ASKED)]), held(leaf), 'seal', NOW)),
      '503 signature.revocation-unknown: revocation cannot be told: no-answer',
    )
  })

  it('refuses in the family of what the certificate is used for', async () => {
    const root = await makeAuthority('Root')
    const leaf = await makeLeaf('town', { issuer: root })
    const everything = {
      ...authority('root', root, ASKED),
      uses: ['parties', 'applicants'] as const,
      policies: ['1.2'],
    }
    for (const [use, untrusted, unclear] of [
      ['tls-client', '403 access.certificate-untrusted', '503 access.revocation-unknown'],
      ['personal', '401 applicant.certificate-untrusted', '401 applicant.certificate-untrusted'],
    ] as const) {
      const said = async (authorities: readonly Authority[]): Promise<string> =>
        (await refusal(requireTrusted(open(authorities), held(leaf), use, NOW))).split(':')[0] ?? ''
      assert.equal(await said([]), untrusted)
      assert.equal(await said([everything]), unclear)
    }
  })
})

describe('what an authority is believed for', () => {
  it('is what the operator says, and nothing else', async () => {
    const root = await makeAuthority('Root')
    const leaf = await makeLeaf('town', { issuer: root })
    const of = (uses: Authority['uses']) => open([{ ...authority('root', root), uses, policies: ['1.2.3'] }])
    const kinds = async (uses: Authority['uses']): Promise<readonly string[]> =>
      Promise.all(
        (['seal', 'tls-client', 'personal', 'time-stamp'] as const).map(async (purpose) => {
          const verdict = await of(uses).judge(held(leaf), purpose, NOW)
          return verdict.kind === 'untrusted' ? verdict.failed.check : verdict.kind
        }),
      )
    assert.deepEqual(await kinds(['parties']), ['trusted', 'trusted', 'anchor', 'anchor'])
    assert.deepEqual(await kinds(['applicants']), ['anchor', 'anchor', 'policies', 'anchor'])
    assert.deepEqual(await kinds(['time-stamps']), ['anchor', 'anchor', 'anchor', 'extended-key-usage'])
  })
})

describe('allowedAddresses', () => {
  it('adds to the configured addresses only what a certificate names at a listed host', () => {
    const named = [
      'http://ocsp.example.org/a',
      'http://elsewhere.invalid/',
      'http://ocsp.example.org:8080/',
      'http://user@ocsp.example.org/',
      'file:///etc/passwd',
      'ldap://ocsp.example.org/',
      'no address',
    ]
    assert.deepEqual(allowedAddresses(['http://configured.example.org/'], named, { hosts: ['ocsp.example.org'] }), [
      'http://configured.example.org/',
      'http://ocsp.example.org/a',
    ])
    assert.deepEqual(allowedAddresses([], named, { hosts: [] }), [])
  })
})
