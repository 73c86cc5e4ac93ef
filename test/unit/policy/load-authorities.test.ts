import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { findRoot } from '../../../src/config/root.ts'
import type { Authority } from '../../../src/pki/authority.ts'
import { GovernanceRefused } from '../../../src/policy/governance-refused.ts'
import { authorityFacts, loadAuthorities } from '../../../src/policy/load-authorities.ts'
import { type Made, makeAuthority, makeLeaf } from '../../support/chains.ts'

const file = (revocation: string, more = ''): string =>
  `id: one\nname: { bg: Един, en: One }\nanchors: [root.crt]\nrevocation: ${revocation}\n${more}`

describe('loadAuthorities', () => {
  let folder = ''
  let root: Made
  let development: Made
  before(async () => {
    root = await makeAuthority('Root')
    development = await makeAuthority('edno development CA NOT FOR PRODUCTION')
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edno-authorities-'))
    put('root.crt', root.pem)
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  const load = (environment: 'development' | 'production' = 'production'): readonly Authority[] =>
    loadAuthorities({
      folder,
      schemasFolder: join(findRoot(), 'schemas'),
      environment,
      developmentCaFile: join(folder, 'ca.crt'),
    })
  const refusal = (environment: 'development' | 'production' = 'production'): string => {
    try {
      load(environment)
    } catch (error) {
      if (error instanceof GovernanceRefused) return error.message
      throw error
    }
    return assert.fail('not refused')
  }

  it('reads an authority with its anchors and whom to ask', () => {
    put('one.yaml', file("{ policy: required, ocsp: ['http://ocsp.example.org/'], hosts: [crl.example.org] }"))
    const [one] = load()
    assert.deepEqual(
      one?.anchors.map(({ sha256 }) => sha256),
      [root.read.sha256],
    )
    assert.deepEqual(one.revocation, {
      policy: 'required',
      ocsp: ['http://ocsp.example.org/'],
      crl: [],
      hosts: ['crl.example.org'],
    })
  })

  it('does not let a setting switch revocation off for an authority of the real world, in any environment', () => {
    put('one.yaml', file('{ policy: none }'))
    for (const environment of ['production', 'development'] as const)
      assert.match(refusal(environment), /one\.yaml:4: none is only for the authority of a development PKI/)
  })

  it('believes an authority for parties, unless it says for what', () => {
    const asked = "{ policy: required, ocsp: ['http://ocsp.example.org/'] }"
    put('one.yaml', file(asked))
    assert.deepEqual(load()[0]?.uses, ['parties'])
    put('one.yaml', file(asked, 'uses: [applicants]\npolicies: [0.4.0.194112.1.2]\n'))
    assert.deepEqual([load()[0]?.uses, load()[0]?.policies], [['applicants'], ['0.4.0.194112.1.2']])
  })

  it('refuses applicants without policies, and policies that nobody reads', () => {
    const asked = "{ policy: required, ocsp: ['http://ocsp.example.org/'] }"
    put('one.yaml', file(asked, 'uses: [applicants]\n'))
    assert.match(refusal(), /one\.yaml:5: applicants: name the accepted certificate policies/)
    put('one.yaml', file(asked, 'policies: [0.4.0.194112.1.2]\n'))
    assert.match(refusal(), /one\.yaml:5: are judged for applicants only/)
  })

  it('refuses a policy that could never tell, because nobody is named', () => {
    put('one.yaml', file('{ policy: required }'))
    assert.match(refusal(), /one\.yaml:4: names nobody to ask/)
  })

  it('refuses files that are missing, unreadable, or hold no authority', async () => {
    put('one.yaml', file('{ policy: required, hosts: [a.org] }', 'intermediates: [none.crt, bad.crt, leaf.crt]\n'))
    put('bad.crt', 'no certificate')
    put('leaf.crt', (await makeLeaf('town seal', { issuer: root })).pem)
    const told = refusal()
    assert.match(told, /none\.crt cannot be read/)
    assert.match(told, /bad\.crt cannot be read/)
    assert.match(told, /leaf\.crt holds a certificate that is no authority's/)
  })

  const told = (environment: 'development' | 'production' = 'production'): readonly string[] => {
    const [, ...mistakes] = refusal(environment).split('\n')
    return mistakes.map((line) => line.trim().slice(folder.length + 1))
  }

  it('tells each mistake at the line of the file that is wrong', async () => {
    const bare = await makeLeaf('no constraints', { issuer: root, constraints: 'none' })
    const leaf = await makeLeaf('town seal', { issuer: root })
    put('both.crt', `${root.pem}\n${development.pem}`)
    put('mixed.crt', `${root.pem}\n${leaf.pem}`)
    put('bare.crt', bare.pem)
    const anchors = 'anchors:\n  - root.crt\n  - both.crt\n  - mixed.crt\n  - bare.crt\n  - none.crt\n'
    put('one.yaml', file('{ policy: required, hosts: [a.org] }').replace('anchors: [root.crt]\n', anchors))
    assert.deepEqual(told(), [
      'one.yaml:5: both.crt is a certificate of the development PKI',
      "one.yaml:6: mixed.crt holds a certificate that is no authority's",
      "one.yaml:7: bare.crt holds a certificate that is no authority's",
      'one.yaml:8: none.crt cannot be read as certificates',
    ])
  })

  it('lets revocation be off for an authority of the development PKI alone, and only in development', () => {
    const off = (...anchors: string[]): void =>
      put('one.yaml', file('\n  hosts: []\n  policy: none').replace('[root.crt]', `[${anchors.join(', ')}]`))
    put('dev.crt', development.pem)
    const refused = 'one.yaml:6: none is only for the authority of a development PKI'
    off('dev.crt')
    assert.equal(load('development').length, 1)
    assert.deepEqual(told(), ['one.yaml:3: dev.crt is a certificate of the development PKI', refused])
    off('dev.crt', 'root.crt')
    assert.deepEqual(told('development'), [refused])
    off('none.crt')
    assert.deepEqual(told('development'), ['one.yaml:3: none.crt cannot be read as certificates'])
  })

  it('asks for somebody to ask only where it must be told, whoever that is', () => {
    for (const asked of [
      "ocsp: ['http://a.org/']",
      "crl: ['http://a.org/']",
      'hosts: [a.org]',
      "ocsp: ['http://a.org/'], crl: ['http://b.org/']",
      "ocsp: ['http://a.org/'], hosts: [a.org]",
    ]) {
      put('one.yaml', file(`{ policy: required, ${asked} }`))
      assert.equal(load().length, 1, asked)
    }
    put('dev.crt', development.pem)
    put('one.yaml', file('{ policy: none }').replace('root.crt', 'dev.crt'))
    assert.equal(load('development').length, 1)
  })

  it('says nothing that the file does not say, and tells the digest of governance by whom it believes what', async () => {
    const between = await makeAuthority('Between', { issuer: root })
    put('between.crt', between.pem)
    put('one.yaml', file("{ policy: required, crl: ['http://a.org/'] }", 'intermediates: [between.crt]\n'))
    put('ca.crt', development.pem)
    const [one, own] = load('development')
    assert.deepEqual(authorityFacts(load('development')), [
      {
        ...{ id: 'one', uses: ['parties'], policies: [] },
        ...{ anchors: [root.read.sha256], intermediates: [between.read.sha256] },
        revocation: { policy: 'required', ocsp: [], crl: ['http://a.org/'], hosts: [] },
      },
      {
        ...{ id: 'development', uses: ['parties', 'time-stamps'], policies: [] },
        ...{ anchors: [development.read.sha256], intermediates: [] },
        revocation: { policy: 'none', ocsp: [], crl: [], hosts: [] },
      },
    ])
    assert.deepEqual([one?.intermediates.length, own?.intermediates.length], [1, 0])
  })

  it('believes the development CA where it exists, in development and never in production', () => {
    put('ca.crt', development.pem)
    assert.deepEqual(
      load('development').map(({ id }) => id),
      ['development'],
    )
    assert.deepEqual(load(), [])
    put('one.yaml', file('{ policy: required, hosts: [a.org] }').replace('root.crt', 'ca.crt'))
    assert.match(refusal(), /ca\.crt is a certificate of the development PKI/)
  })
})
