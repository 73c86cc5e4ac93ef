import { CatalogueRefused } from '../catalogue/refused.ts'
import type { Catalogue } from '../catalogue/entries.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { BrokerKeyFiles, Config } from '../config/config.ts'
import { describeChanges, type Ruled } from '../policy/describe-changes.ts'
import { GovernanceRefused } from '../policy/governance-refused.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import { type LocatedMistake, YamlRefused } from '../schema/read-yaml.ts'
import { type Certificates, openCertificatesOf } from './certificates.ts'
import { type FileMarks, fileMarks } from './file-marks.ts'
import { loadRules, type Rules } from './rules.ts'

/** What the operator's files say, judged as a whole. */
export interface FileRules {
  readonly rules: Rules
  readonly certificates: Certificates
  /** Of the files as they were before they were read: a change meanwhile is seen by the next look. */
  readonly marks: FileMarks
}

export interface FileSource {
  readonly config: Config
  readonly clock: () => Date
  readonly own: BrokerKeyFiles
}

export const servicesOf = ({ catalogue }: Rules) => [...catalogue.services.values()].map(({ definition }) => definition)

/** Reads and judges everything anew; adapters, which are open, stay as they are. Throws what `mistakesOf` understands. */
export async function readFileRules({ config, clock, own }: FileSource, before: FileRules): Promise<FileRules> {
  const { parties } = before.rules.governance
  const marks = fileMarks(config, parties.values())
  const fresh = await loadRules(config)
  requireSameAdapters(before.rules.catalogue, fresh.catalogue)
  const { governance } = fresh
  const certificates = openCertificatesOf({ config, governance, clock, own, services: servicesOf(fresh) })
  const rules = { governance, catalogue: { ...before.rules.catalogue, services: fresh.catalogue.services } }
  // Certificates of a party that is new were looked at by nobody yet.
  const withNew = { ...marks, certificates: fileMarks(config, governance.parties.values()).certificates }
  return { rules, certificates, marks: governance.parties.size === parties.size ? marks : withNew }
}

/** In words; empty where the files say the same. */
export const changesBetween = (before: FileRules, after: FileRules): readonly string[] => [
  ...describeChanges(ruledBy(before), ruledBy(after)),
  ...changedCertificates(before, after),
  ...(before.marks.trust === after.marks.trust ? [] : ['the authorities in the trust folder were written']),
]

const ruledBy = ({ rules }: FileRules): Ruled => ({ governance: rules.governance, services: servicesOf(rules) })

const changedCertificates = (before: FileRules, after: FileRules): readonly string[] =>
  [...after.rules.governance.parties.keys()]
    .filter((party) => {
      const [one, other] = [before, after].map(({ certificates }) => certificates.directories.certificatesOf(party))
      return one?.toSorted().join() !== other?.toSorted().join()
    })
    .map((party) => `party ${party}: other certificates`)

/** Adapters are programs that hold connections: they change with a restart. */
function requireSameAdapters(before: Catalogue, after: Catalogue): void {
  const manifests = ({ adapters }: Catalogue): string =>
    canonicalJson([...adapters.values()].map(({ manifest }) => manifest))
  if (manifests(before) !== manifests(after))
    throw new ConfigRefused(['/adaptersFolder: the manifests changed; restart edno to take them'])
}

/** Undefined where the error is none of the files' but ours. */
export function mistakesOf(error: unknown): readonly LocatedMistake[] | undefined {
  if (error instanceof GovernanceRefused || error instanceof CatalogueRefused || error instanceof YamlRefused)
    return error.mistakes
  if (error instanceof ConfigRefused)
    return error.mistakes.map((message) => ({ file: 'configuration', line: 1, message }))
  return undefined
}
