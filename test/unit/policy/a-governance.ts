import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRoot } from '../../../src/config/root.ts'
import { type OperationRef, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { Need, Service } from '../../../src/model/service.ts'
import type { CatalogueSummary, Governance } from '../../../src/policy/governance.ts'
import { type GovernanceFiles, loadGovernance } from '../../../src/policy/load-governance.ts'

const call = (name: string, operation: string, need: Need = 'required'): Service['calls'][number] => ({
  name,
  operation: operationRef(operation),
  need,
  input: {},
  needs: [],
  timeoutMs: 1000,
  idempotent: true,
  referenced: [],
})

export const PERMIT: Service = {
  ref: serviceRef('permit', 1),
  id: 'permit',
  version: 1,
  title: { bg: 'Разрешение', en: 'Permit' },
  iisda: null,
  demonstration: true,
  applicantSignature: 'none',
  legalBases: ['law-a', 'law-b'],
  deadlineMs: 1000,
  calls: [call('person', 'people/person@1'), call('car', 'cars/car@1', 'optional')],
  checks: [],
}

const operations = new Map<OperationRef, { provider: ReturnType<typeof partyId>; fields: string[] }>([
  [operationRef('people/person@1'), { provider: partyId('ministry'), fields: ['names.first', 'names.family', 'born'] }],
  [operationRef('cars/car@1'), { provider: partyId('police'), fields: ['plate', 'owner.kind'] }],
  [operationRef('boats/boat@1'), { provider: partyId('harbour'), fields: ['name'] }],
])

export const CATALOGUE: CatalogueSummary = { services: [PERMIT], operations }

const party = (id: string, role: string, more = ''): string =>
  `id: ${id}\nrole: ${role}\nname: { bg: ${id}, en: ${id} }\nstate: active\ncertificates: { tls: [${id}/tls.crt], seal: [${id}/seal.crt] }\n${more}`

export const GRANT = `id: town-permit
consumer: town
service: permit@1
legalBases: [law-a]
disclose:
  people/person@1: [names]
  cars/car@1: checks-only
validFrom: 2030-01-01
validUntil: 2030-12-31
approvals:
  people: { by: ministry, on: 2029-12-01, reference: M-1 }
  cars: { by: police, on: 2029-12-02, reference: P-1 }
`

/** Governance files as a test wants them: a good set, of which any file can be replaced, added or (undefined) left out. */
export const writeGovernance = (
  changes: Readonly<Record<string, string | undefined>> = {},
): { files: GovernanceFiles; folder: string; remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'edno-governance-'))
  const texts: Record<string, string | undefined> = {
    'parties/town.yaml': party('town', 'consumer', 'delegates: [village]\n'),
    'parties/village.yaml': party('village', 'consumer'),
    'parties/ministry.yaml': party('ministry', 'provider'),
    'parties/police.yaml': party('police', 'provider'),
    'grants/town-permit.yaml': GRANT,
    'legal-bases.yaml': 'law-a: { bg: Закон А, en: Act A }\nlaw-b: { bg: Закон Б, en: Act B }\n',
    ...changes,
  }
  mkdirSync(join(folder, 'parties'))
  mkdirSync(join(folder, 'grants'))
  for (const [name, text] of Object.entries(texts)) if (text !== undefined) writeFileSync(join(folder, name), text)
  const files = {
    partiesFolder: join(folder, 'parties'),
    grantsFolder: join(folder, 'grants'),
    legalBasesFile: join(folder, 'legal-bases.yaml'),
    schemasFolder: join(findRoot(), 'schemas'),
  }
  return { files, folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** The snapshot of such a set. */
export const aGovernance = (changes: Readonly<Record<string, string | undefined>> = {}): Governance => {
  const { files, remove } = writeGovernance(changes)
  try {
    return loadGovernance(files, CATALOGUE)
  } finally {
    remove()
  }
}

export const suspended = (id: string): string => party(id, 'consumer').replace('state: active', 'state: suspended')
export { party as partyText }
