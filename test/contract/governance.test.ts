import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'mocha'
import { loadRules, type Rules } from '../../src/app/rules.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { findRoot } from '../../src/config/root.ts'
import { partyId, serviceRef } from '../../src/model/ids.ts'
import type { Service } from '../../src/model/service.ts'
import { decide } from '../../src/policy/decide.ts'
import { explain } from '../../src/policy/explain.ts'
import { BrokerError } from '../../src/problem/broker-error.ts'

const root = findRoot()
const AT = new Date('2027-06-01T09:00:00Z')
const MUNICIPALITIES = [
  ...['bansko', 'chelopech', 'dolna-mitropolia', 'kazanlak', 'lovech'],
  ...['ruse', 'strumyani', 'targovishte', 'troyan', 'vidin'],
]

describe('the governance data that edno ships', () => {
  let rules: Rules
  before(async () => {
    rules = await loadRules(loadConfig({ root, environment: {} }))
  })
  const service = (id: string): Service => {
    const known = rules.catalogue.services.get(serviceRef(id, 1))
    assert.ok(known, `${id}@1 is in the catalogue`)
    return known.definition
  }
  const ask = (consumer: string, id: string, legalBasis: string): ReturnType<typeof decide> =>
    decide(rules.governance, {
      consumer: partyId(consumer),
      signer: { party: partyId(consumer), key: 'any' },
      official: { position: 'expert' },
      service: service(id),
      legalBasis,
      at: AT,
    })
  const refusal = (consumer: string, id = 'taxi-permit', legalBasis = 'zavp-24a'): BrokerError => {
    try {
      ask(consumer, id, legalBasis)
    } catch (error) {
      if (error instanceof BrokerError) return error
    }
    return assert.fail(`${consumer} was not refused`)
  }

  it('knows the ten municipalities, and the owner of every registry', () => {
    const { parties, owners } = rules.governance
    const consumers = [...parties.values()].filter(({ role }) => role === 'consumer').map(({ id }) => id)
    assert.deepEqual(consumers, MUNICIPALITIES)
    for (const [registry, owner] of owners) assert.equal(parties.get(owner)?.role, 'provider', registry)
    const roles = new Set([...parties.values()].map(({ role }) => role))
    assert.deepEqual(roles, new Set(['consumer', 'provider', 'auditor', 'operator', 'portal']))
  })

  it('has a text in both languages for every basis that a service rests on', () => {
    for (const { definition } of rules.catalogue.services.values()) {
      for (const code of definition.legalBases) assert.ok(rules.governance.legalBases.get(code)?.bg, code)
    }
  })

  it('grants Троян its three services', () => {
    assert.equal(ask('troyan', 'taxi-permit', 'zavp-24a').grant, 'troyan-taxi-permit')
    assert.equal(ask('troyan', 'water-taxi-permit', 'water-demo').grant, 'troyan-water-taxi-permit')
    assert.equal(ask('troyan', 'vehicle-tax', 'zmdt-52').grant, 'troyan-vehicle-tax')
  })

  it('lets no date of death, no identifier of a person and no representative out', () => {
    for (const grant of rules.governance.grants) {
      for (const path of Object.values(grant.disclose).flat()) {
        assert.doesNotMatch(path, /deathDate|birthDate|egn|identifier|representatives|owner$/, `${grant.id}: ${path}`)
      }
    }
  })

  it('lets Троян see the names of the driver and not of those who represent the firm', () => {
    const { disclosure } = ask('troyan', 'taxi-permit', 'zavp-24a')
    assert.deepEqual(disclosure['driver'], ['names'])
    assert.deepEqual(disclosure['managers'], [])
  })

  it('lets no town see more of a conviction than the answer to a check', () => {
    for (const town of ['troyan', 'lovech'])
      assert.deepEqual(ask(town, 'taxi-permit', 'zavp-24a').disclosure['convictions'], [])
    for (const grant of rules.governance.grants)
      assert.deepEqual(
        Object.entries(grant.disclose)
          .filter(([ref]) => ref.startsWith('criminal-records/'))
          .flatMap(([, fields]) => fields),
        [],
      )
  })

  it('lets Ловеч have checks and nothing else', () => {
    const { disclosure } = ask('lovech', 'taxi-permit', 'zavp-24a')
    assert.ok(Object.keys(disclosure).length > 0)
    assert.deepEqual(Object.values(disclosure).flat(), [])
    assert.deepEqual(disclosure['driver'], [])
  })

  it('refuses Банско for want of a grant, Видин for want of an approval, Струмяни because it is suspended', () => {
    assert.match(refusal('bansko').message, /^access\.not-granted: bansko has no grant for taxi-permit@1$/)
    assert.match(refusal('vidin').message, /^access\.not-granted: .* lacks the approval of mvr for vehicle-register$/)
    assert.equal(refusal('strumyani').code, 'access.suspended')
  })

  it('refuses a basis of another service', () => {
    assert.equal(refusal('troyan', 'taxi-permit', 'zmdt-52').code, 'access.legal-basis')
  })

  it('can explain every service to every party', () => {
    for (const { definition } of rules.catalogue.services.values()) {
      for (const consumer of rules.governance.parties.keys()) {
        const { registries } = explain(rules.governance, {
          consumer,
          service: definition,
          at: AT,
          answerKeptHours: 72,
        })
        assert.equal(registries.flatMap(({ calls }) => calls).length, definition.calls.length)
        assert.ok(registries.every(({ owner }) => owner !== undefined))
      }
    }
  })

  it('names the certificate files where the development PKI puts them', () => {
    for (const { id, certificates } of rules.governance.parties.values()) {
      assert.deepEqual(certificates, { tls: [`pki/parties/${id}/tls.crt`], seal: [`pki/parties/${id}/seal.crt`] })
    }
    assert.equal(readdirSync(join(root, 'config', 'parties')).length, rules.governance.parties.size)
  })
})
