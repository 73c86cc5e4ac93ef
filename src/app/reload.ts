import { CatalogueRefused } from '../catalogue/refused.ts'
import type { Catalogue } from '../catalogue/entries.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import type { BrokerKeyFiles, Config } from '../config/config.ts'
import type { Relied } from '../pki/time-stamper.ts'
import { describeChanges, type Ruled } from '../policy/describe-changes.ts'
import { GovernanceRefused } from '../policy/governance-refused.ts'
import { type LocatedMistake, YamlRefused } from '../schema/read-yaml.ts'
import { changedRegistries } from './changed-registries.ts'
import { type Certificates, openCertificatesOf } from './certificates.ts'
import { type FileMarks, fileMarks } from './file-marks.ts'
import { type AdapterPlug, placedBy } from './plug.ts'
import { loadRules, type Rules } from './rules.ts'

/** What the operator's files say, judged as a whole. */
export interface FileRules {
  readonly rules: Rules
  readonly certificates: Certificates
  /** Of the files as they were before they were read: a change meanwhile is seen by the next look. */
  readonly marks: FileMarks
  /** As far as it may change while edno runs. */
  readonly config: Config
}

export interface FileSource {
  readonly config: Config
  readonly clock: () => Date
  readonly own: BrokerKeyFiles
  /** Absent: adapters stay as they are. */
  readonly plug?: AdapterPlug
  readonly relied?: Relied
}

export const servicesOf = ({ catalogue }: Rules) => [...catalogue.services.values()].map(({ definition }) => definition)

/** Reads and judges everything anew; adapters that are new or other are open then, but asked nothing. Throws what `mistakesOf` understands. */
export async function readFileRules({ clock, own, plug, relied }: FileSource, before: FileRules): Promise<FileRules> {
  const { parties } = before.rules.governance
  const config = plug?.configNow(before.config) ?? before.config
  const marks = fileMarks(config, parties.values(), plug?.reread?.file)
  const rules = await loadRules(config, {
    before: before.rules.catalogue.adapters,
    stage: (entry) => plug?.stage(entry, config) ?? Promise.resolve(undefined),
  })
  const { governance } = rules
  const kept = relied === undefined ? {} : { relied }
  const certificates = openCertificatesOf({ config, governance, clock, own, services: servicesOf(rules), ...kept })
  // Certificates of a party that is new were looked at by nobody yet.
  const withNew = { ...marks, certificates: fileMarks(config, governance.parties.values()).certificates }
  return { rules, certificates, config, marks: governance.parties.size === parties.size ? marks : withNew }
}

/** In words; empty where the files say the same. */
export const changesBetween = (before: FileRules, after: FileRules): readonly string[] => [
  ...describeChanges(ruledBy(before), ruledBy(after)),
  ...changedAdapters(before.rules.catalogue, after.rules.catalogue),
  ...changedCertificates(before, after),
  ...changedRegistries(before.config, after.config),
  ...(before.marks.trust === after.marks.trust ? [] : ['the authorities in the trust folder were written']),
]

const ruledBy = ({ rules }: FileRules): Ruled => ({ governance: rules.governance, services: servicesOf(rules) })

function changedAdapters({ adapters: before }: Catalogue, { adapters: after }: Catalogue): readonly string[] {
  const added = [...after.values()].filter((entry) => before.get(entry.manifest.id)?.digest !== entry.digest)
  const removed = [...before.keys()].filter((id) => !after.has(id))
  return [
    ...added.map(
      ({ manifest: { id }, digest }) => `adapter ${id}: ${before.has(id) ? 'other' : 'new'} files ${digest}`,
    ),
    ...removed.map((id) => `adapter ${id}: removed`),
  ]
}

const changedCertificates = (before: FileRules, after: FileRules): readonly string[] =>
  [...after.rules.governance.parties.keys()]
    .filter((party) => {
      const [one, other] = [before, after].map(({ certificates }) => certificates.directories.certificatesOf(party))
      return one?.toSorted().join() !== other?.toSorted().join()
    })
    .map((party) => `party ${party}: other certificates`)

/** Undefined where the error is none of the files' but ours. */
export function mistakesOf(error: unknown, plug?: AdapterPlug): readonly LocatedMistake[] | undefined {
  if (error instanceof GovernanceRefused || error instanceof CatalogueRefused || error instanceof YamlRefused)
    return error.mistakes
  return error instanceof ConfigRefused ? placedBy(plug?.reread, error) : undefined
}
