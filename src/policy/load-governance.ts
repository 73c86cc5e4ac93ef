import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OperationRef } from '../model/ids.ts'
import type { LocalisedText } from '../model/localised.ts'
import { canonicalJson, sha256Hex } from '../schema/canonical-json.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { crossCheck, type GrantFile, ownersOf, type PartyFile } from './cross-check.ts'
import type { CatalogueSummary, Governance, Grant, Party } from './governance.ts'
import { GovernanceRefused } from './governance-refused.ts'
import { MistakeList, readDocument, readFolder } from './read-documents.ts'

/** Absolute names. */
export interface GovernanceFiles {
  readonly partiesFolder: string
  readonly grantsFolder: string
  readonly legalBasesFile: string
  /** Where `party.v1.schema.json` and its neighbours stand. */
  readonly schemasFolder: string
  /** What is believed of authorities (`authorityFacts`): part of the digest. */
  readonly authorities?: readonly object[]
}

const toParty = (file: PartyFile): Party => ({
  ...file,
  delegates: file.delegates ?? [],
  totals: file.totals ?? {},
  contacts: file.contacts ?? {},
})

const toGrant = (file: GrantFile): Grant => ({
  ...file,
  withhold: file.withhold ?? [],
  disclose: Object.fromEntries(
    Object.entries(file.disclose).map(([operation, fields]): [OperationRef, readonly string[]] => [
      operation as OperationRef,
      fields === 'checks-only' ? [] : fields,
    ]),
  ),
})

const freezeDeep = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) freezeDeep(inner)
  return Object.freeze(value)
}

/** Whoever decides whose certificates are believed decides who may ask: authorities are in it, where there are any. */
const digestOf = (rules: object, authorities: readonly object[] = []): string =>
  sha256Hex(canonicalJson(authorities.length === 0 ? rules : { ...rules, authorities }))

/**
 * Reads parties, grants and legal bases, judges each by its schema and all of them against each other and the catalogue.
 * Throws `GovernanceRefused` with all mistakes.
 */
export const loadGovernance = (files: GovernanceFiles, catalogue: CatalogueSummary): Governance => {
  const mistakes = new MistakeList()
  const judge = (name: string): ReturnType<typeof compileSchema> =>
    compileSchema(pathToFileURL(join(files.schemasFolder, `${name}.v1.schema.json`)))
  const partyFiles = readFolder<PartyFile>(files.partiesFolder, judge('party'), mistakes)
  const grantFiles = readFolder<GrantFile>(files.grantsFolder, judge('grant'), mistakes)
  const bases = readDocument<Record<string, LocalisedText>>(files.legalBasesFile, judge('legal-bases'), mistakes)
  const legalBases = bases?.content ?? {}
  crossCheck(
    { parties: partyFiles, grants: grantFiles, legalBases: new Set(Object.keys(legalBases)), catalogue },
    mistakes,
  )
  if (mistakes.all().length > 0) throw new GovernanceRefused(mistakes.all())
  const parties = freezeDeep(partyFiles.map(({ content }) => toParty(content)))
  const grants = freezeDeep(grantFiles.map(({ content }) => toGrant(content)))
  return Object.freeze({
    parties: new Map(parties.map((party) => [party.id, party])),
    grants,
    agreements: [],
    legalBases: new Map(Object.entries(freezeDeep(legalBases))),
    owners: ownersOf(catalogue),
    ...(catalogue.leftOut === undefined ? {} : { leftOut: catalogue.leftOut }),
    digest: digestOf({ parties, grants, legalBases }, files.authorities),
  })
}
