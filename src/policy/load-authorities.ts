import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LocalisedText } from '../model/localised.ts'
import type { Authority, AuthorityUse, RevocationPolicy } from '../pki/authority.ts'
import { type ChainCertificate, readBundle } from '../pki/chain-certificate.ts'
import { compileSchema } from '../schema/compile-schema.ts'
import { GovernanceRefused } from './governance-refused.ts'
import { MistakeList, type ReadDocument, readFolder } from './read-documents.ts'

/** What `schemas/authority.v1.schema.json` describes. */
interface AuthorityFile {
  readonly id: string
  readonly name: LocalisedText
  readonly anchors: readonly string[]
  readonly intermediates?: readonly string[]
  readonly uses?: readonly AuthorityUse[]
  readonly policies?: readonly string[]
  readonly revocation: Pick<RevocationPolicy, 'policy'> & Partial<RevocationPolicy>
}

/** Absolute names. */
export interface AuthoritySource {
  readonly folder: string
  readonly schemasFolder: string
  readonly environment: 'development' | 'production'
  /** The CA of the development PKI; believed where the file exists, in development only. */
  readonly developmentCaFile: string
}

const DEVELOPMENT = /NOT FOR PRODUCTION/
const PARTIES: readonly AuthorityUse[] = ['parties']
/** Applicants sign with certificates of others, in development too. */
const OF_DEVELOPMENT: readonly AuthorityUse[] = ['parties', 'time-stamps']
const ASKS_NOBODY: RevocationPolicy = { policy: 'none', ocsp: [], crl: [], hosts: [] }

const readFiles = (
  { content, yaml }: ReadDocument<AuthorityFile>,
  kind: 'anchors' | 'intermediates',
  { folder, environment }: AuthoritySource,
  mistakes: MistakeList,
): readonly ChainCertificate[] =>
  (content[kind] ?? []).flatMap((file, index) => {
    try {
      const found = readBundle(readFileSync(join(folder, file)))
      if (environment === 'production' && found.some(({ subject }) => DEVELOPMENT.test(subject)))
        mistakes.at(yaml, [kind, index], `${file} is a certificate of the development PKI`)
      if (found.some(({ basicConstraints }) => basicConstraints?.authority !== true))
        mistakes.at(yaml, [kind, index], `${file} holds a certificate that is no authority's`)
      return found
    } catch {
      mistakes.at(yaml, [kind, index], `${file} cannot be read as certificates`)
      return []
    }
  })

/** A setting must not switch a check off unseen: "none" is for development keys, and "required" must be able to tell. */
const judgeRevocation = (
  { content, yaml }: ReadDocument<AuthorityFile>,
  anchors: readonly ChainCertificate[],
  { environment }: AuthoritySource,
  mistakes: MistakeList,
): void => {
  const { policy, ocsp = [], crl = [], hosts = [] } = content.revocation
  const forDevelopment = environment === 'development' && anchors.every(({ subject }) => DEVELOPMENT.test(subject))
  if (policy === 'none' && !forDevelopment)
    mistakes.at(yaml, ['revocation', 'policy'], 'none is only for the authority of a development PKI')
  if (policy === 'required' && ocsp.length + crl.length + hosts.length === 0)
    mistakes.at(yaml, ['revocation'], 'names nobody to ask: give ocsp, crl or hosts')
}

/** A list of policies that nobody reads, or that lets every certificate in, would be believed to guard something. */
const judgePolicies = ({ content, yaml }: ReadDocument<AuthorityFile>, mistakes: MistakeList): void => {
  const { uses = PARTIES, policies } = content
  if (uses.includes('applicants') && policies === undefined)
    mistakes.at(yaml, ['uses'], 'applicants: name the accepted certificate policies')
  if (!uses.includes('applicants') && policies !== undefined)
    mistakes.at(yaml, ['policies'], 'are judged for applicants only')
}

const toAuthority = (file: ReadDocument<AuthorityFile>, source: AuthoritySource, mistakes: MistakeList): Authority => {
  const anchors = readFiles(file, 'anchors', source, mistakes)
  judgeRevocation(file, anchors, source, mistakes)
  judgePolicies(file, mistakes)
  const { policy, ocsp = [], crl = [], hosts = [] } = file.content.revocation
  return {
    id: file.content.id,
    uses: file.content.uses ?? PARTIES,
    policies: file.content.policies ?? [],
    anchors,
    intermediates: readFiles(file, 'intermediates', source, mistakes),
    revocation: { policy, ocsp, crl, hosts },
  }
}

/**
 * The authorities of `config/trust/`, and in development the one of the development PKI. Throws `GovernanceRefused` with
 * all mistakes.
 */
export const loadAuthorities = (source: AuthoritySource): readonly Authority[] => {
  const mistakes = new MistakeList()
  const judge = compileSchema(pathToFileURL(join(source.schemasFolder, 'authority.v1.schema.json')))
  const files = readFolder<AuthorityFile>(source.folder, judge, mistakes)
  const authorities = files.map((file) => toAuthority(file, source, mistakes))
  if (mistakes.all().length > 0) throw new GovernanceRefused(mistakes.all())
  if (source.environment === 'production' || !existsSync(source.developmentCaFile)) return authorities
  const anchors = readBundle(readFileSync(source.developmentCaFile))
  const development = { id: 'development', uses: OF_DEVELOPMENT, policies: [], anchors, intermediates: [] }
  return [...authorities, { ...development, revocation: ASKS_NOBODY }]
}

/** What an authority is believed for and by which certificates, for the digest of governance. */
export const authorityFacts = (authorities: readonly Authority[]): readonly object[] =>
  authorities.map(({ id, uses, policies, anchors, intermediates, revocation }) => ({
    id,
    uses,
    policies,
    anchors: anchors.map(({ sha256 }) => sha256),
    intermediates: intermediates.map(({ sha256 }) => sha256),
    revocation,
  }))
