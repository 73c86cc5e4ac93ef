import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { findRoot } from '../../../../src/config/root.ts'
import { accessEntry } from '../../../../src/exchange-log/rule-entries.ts'
import type { ActKind, AgreementAct, AgreementContent } from '../../../../src/model/agreement.ts'
import { operationRef, type PartyId, partyId, serviceRef } from '../../../../src/model/ids.ts'
import { asksOf } from '../../../../src/policy/agreement/asks.ts'
import { spkiSha256 } from '../../../../src/pki/spki.ts'
import { digestOf } from '../../../../src/policy/agreement/digest.ts'
import type { KnownWorld } from '../../../../src/policy/agreement/judge-content.ts'
import type { Governance } from '../../../../src/policy/governance.ts'
import type { AccessRegister, Proposal, RegisterLimits } from '../../../../src/policy/register/access-register.ts'
import { createAccessRegister } from '../../../../src/policy/register/create-access-register.ts'
import { signAct } from '../../../../src/signature/sign-act.ts'
import { verifyAct } from '../../../../src/signature/verify-act.ts'
import type { CertificateDirectory } from '../../../../src/signature/verify-seal.ts'
import type { Store } from '../../../../src/store/store.ts'
import { testPki, type TestLeaf } from '../../../support/pki.ts'
import { aGovernance, CATALOGUE, PERMIT, partyText } from '../a-governance.ts'

export const PARTIES = ['town', 'village', 'city', 'ministry', 'police', 'edno-operator'] as const
export type Name = (typeof PARTIES)[number]

/** Six parties, their seals, and what they declare. */
export interface Cast {
  readonly governance: Governance
  readonly world: KnownWorld
  readonly directory: CertificateDirectory
  readonly leaves: Readonly<Record<Name, TestLeaf>>
  readonly keyOf: (name: Name) => string
  readonly content: (change?: Partial<AgreementContent>) => AgreementContent
  readonly act: (content: AgreementContent, kind: ActKind, by: Name, change?: Partial<AgreementAct>) => AgreementAct
  readonly sign: (act: AgreementAct, by?: Name) => string
  /** With the acceptance of the consumer. */
  readonly proposal: (content: AgreementContent) => Proposal
}

let tick = Date.parse('2030-06-01T09:00:00.000Z')
/** Moments, each later than the last, and all before noon of the first of June 2030. */
export const soon = (): string => new Date((tick += 1)).toISOString()
export const NOON = new Date('2030-06-01T12:00:00.000Z')

const DATES = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2035-01-01T00:00:00Z') }

export async function aCast(changes: Readonly<Record<string, string | undefined>> = {}): Promise<Cast> {
  const pki = await testPki()
  const made = await Promise.all(PARTIES.map(async (name) => [name, await pki.leaf(name, DATES)] as const))
  const leaves = Object.fromEntries(made) as Record<Name, TestLeaf>
  const governance = aGovernance({
    'grants/town-permit.yaml': undefined,
    'parties/city.yaml': partyText('city', 'consumer'),
    'parties/edno-operator.yaml': partyText('edno-operator', 'operator'),
    ...changes,
  })
  const keyOf = (name: Name): string => spkiSha256(leaves[name].read.key)
  const directory = directoryOf(leaves)
  const keysOf = (party: PartyId): readonly string[] => (party in leaves ? [keyOf(party as string as Name)] : [])
  const world = { governance, catalogue: CATALOGUE, keysOf, connectionKeysOf: () => [] }
  const content = (change: Partial<AgreementContent> = {}): AgreementContent => ({
    ...basis(keyOf('town')),
    ...change,
  })
  const act: Cast['act'] = (about, kind, by, change = {}) => ({ ...actOn(about, kind, by), ...change })
  const sign: Cast['sign'] = (declared, by = declared.by as string as Name) =>
    signAct(declared, { keyPem: leaves[by].key, certificatePem: leaves[by].certificate })
  const proposal: Cast['proposal'] = (about) => ({ content: about, accept: sign(act(about, 'accept', 'town')) })
  return { governance, world, directory, leaves, keyOf, content, act, sign, proposal }
}

export const directoryOf = (leaves: Readonly<Partial<Record<string, TestLeaf>>>): CertificateDirectory => {
  const known = new Map(
    Object.entries(leaves).flatMap(([name, leaf]) =>
      leaf === undefined ? [] : [[leaf.read.sha256, { ...leaf.read, party: partyId(name) }] as const],
    ),
  )
  return { find: (sha256) => known.get(sha256) }
}

const basis = (key: string): AgreementContent => ({
  type: 'edno-agreement@1',
  id: randomUUID(),
  request: randomUUID(),
  consumer: { party: partyId('town'), keys: [key] },
  provider: partyId('ministry'),
  registry: 'people',
  service: serviceRef('permit', 1),
  asks: asksOf(PERMIT)['people'] ?? '',
  operations: [{ operation: operationRef('people/person@1'), fields: ['names'] }],
  withhold: [],
  legalBases: ['law-a'],
  purpose: 'Permits to carry passengers',
  validity: { from: '2030-01-01', until: '2030-12-31' },
  createdAt: soon(),
})

const actOn = (content: AgreementContent, kind: ActKind, by: string): AgreementAct => ({
  type: 'edno-agreement-act@1',
  agreement: digestOf(content),
  act: kind,
  by: partyId(by),
  consumer: content.consumer.party,
  provider: content.provider,
  registry: content.registry,
  service: content.service,
  at: soon(),
  ...(['refuse', 'revoke', 'suspend'].includes(kind) ? { reason: 'As the owner decided' } : {}),
})

/** As many as a test likes. */
const NO_LIMITS: RegisterLimits = { open: Infinity, openOfOne: Infinity, suspensions: Infinity }

/**
 * A register over a store, which believes the cast's certificates without asking an authority. Where no clock is given, it
 * is always the time that a call names.
 */
export function aRegister(
  store: Pick<Store, 'db' | 'transaction'>,
  cast: Pick<Cast, 'world' | 'directory'> & { readonly clock?: () => Date },
  limits = NO_LIMITS,
): AccessRegister {
  let named = NOON
  const register = createAccessRegister({
    store,
    schemasFolder: join(findRoot(), 'schemas'),
    prove: (jws, at) => Promise.resolve().then(() => verifyAct(jws, cast.directory, at)),
    world: () => cast.world,
    limits,
    entryOf: accessEntry,
    clock: cast.clock ?? (() => named),
    onRecorded: () => Promise.resolve(),
  })
  return {
    ...register,
    propose: (proposals, at) => register.propose(proposals, (named = at)),
    act: (jws, at) => register.act(jws, (named = at)),
  }
}
