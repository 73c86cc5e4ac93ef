import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCatalogue } from '../catalogue/catalogue.ts'
import type { Catalogue } from '../catalogue/entries.ts'
import type { Replacing } from '../catalogue/keep-adapters.ts'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { partyId } from '../model/ids.ts'
import { withAgreements } from '../policy/agreement/with-agreements.ts'
import type { CatalogueSummary, Governance } from '../policy/governance.ts'
import { type GovernanceFiles, loadGovernance } from '../policy/load-governance.ts'
import { authorityFacts, type AuthoritySource, loadAuthorities } from '../policy/load-authorities.ts'
import { readYaml } from '../schema/read-yaml.ts'
import { limitsOf } from './registry-limits.ts'

/** What can be asked, and who may: both loaded and judged, before any key or database is needed. */
export interface Rules {
  readonly catalogue: Catalogue
  readonly governance: Governance
}

/** Throws `CatalogueRefused` or `GovernanceRefused` with all mistakes, each with file and line; or `ConfigRefused`. */
export async function loadRules(config: Config, replacing?: Replacing): Promise<Rules> {
  const catalogue = await loadCatalogueOf(config, replacing)
  limitsOf(catalogue, config)
  const files = loadGovernance(governanceFiles(config), summaryOf(catalogue))
  return { catalogue, governance: withAgreements(files, [], config.access.grantsFrom) }
}

export const loadCatalogueOf = (config: Config, replacing?: Replacing): Promise<Catalogue> =>
  loadCatalogue({
    ...(config.adapters.requireReport ? { reports: { keys: reportKeys(config) } } : {}),
    ...(replacing === undefined ? {} : { replacing }),
    root: config.root,
    adapters: config.adaptersFolder,
    plugged: [...config.adapters.fromFolders, ...config.adapters.fromPackages],
    services: config.governance.servicesFolder,
    legalBases: codesOf(config.governance.legalBasesFile),
    retention: config.retention.classes,
  })

/** Throws `ConfigRefused` for a key that cannot be read, and where nobody's report would count. */
function reportKeys({ adapters: { reportKeyFiles } }: Config): readonly string[] {
  if (reportKeyFiles.length === 0)
    throw new ConfigRefused(['/adapters/reportKeyFiles names nobody whose reports count'])
  return reportKeyFiles.map((file, index) => {
    try {
      return createPublicKey(readFileSync(file)).export({ type: 'spki', format: 'pem' }).toString()
    } catch {
      throw new ConfigRefused([`/adapters/reportKeyFiles/${index} (${file}) is no public key in PEM`])
    }
  })
}

/** The codes alone; governance judges the file. */
function codesOf(file: string): ReadonlySet<string> {
  const value = readYaml(file).value
  return new Set(typeof value === 'object' && value !== null ? Object.keys(value) : [])
}

export const governanceFiles = (config: Config): GovernanceFiles => ({
  partiesFolder: config.governance.partiesFolder,
  grantsFolder: config.governance.grantsFolder,
  legalBasesFile: config.governance.legalBasesFile,
  schemasFolder: join(config.root, 'schemas'),
  // The development authority, which is made on first use, is no rule of the operator's.
  authorities: authorityFacts(loadAuthorities(authoritySource(config)).filter(({ id }) => id !== 'development')),
})

export const authoritySource = (config: Config): AuthoritySource => ({
  folder: config.governance.trustFolder,
  schemasFolder: join(config.root, 'schemas'),
  environment: config.env,
  developmentCaFile: join(config.dataDirectory, 'pki', 'ca.crt'),
})

export const summaryOf = (catalogue: Catalogue): CatalogueSummary => ({
  services: [...catalogue.services.values()].map((service) => service.definition),
  leftOut: catalogue.leftOut,
  operations: new Map(
    [...catalogue.operations].map(([ref, { provider, fields, manifest }]) => [
      ref,
      { provider: partyId(provider), fields, checksOnly: manifest.disclosure === 'checks-only' },
    ]),
  ),
})
