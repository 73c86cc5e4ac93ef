import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newApplication, sealApplication } from '../../../src/client/compose.ts'
import { partyId } from '../../../src/model/ids.ts'
import { fileSealer } from '../../../src/signature/seal-xml.ts'
import type { Tls } from '../keys.ts'
import type { Citizen } from '../rivals/own-code.ts'

export const SIZES = [1, 3, 9] as const
export type Size = (typeof SIZES)[number]

export const serviceOf = (size: Size): string => `bench-${size}`

/** Invented, of the cast: everything that is asked about it is found. */
export const CITIZEN: Citizen = {
  egn: '8427029967',
  uic: '100000086',
  plate: 'ОВ0000АА',
  vin: 'EDNTESTVEHCLE0001',
}

interface Call {
  readonly operation: string
  readonly input: Readonly<Record<string, string>>
  /** Fields that leave. */
  readonly disclose: readonly string[]
}

/** The calls of 1, 3 and 9, in this order: of one registry each, and all of them can be asked at the same time. */
const CALLS: Readonly<Record<string, Call>> = {
  person: {
    operation: 'civil-registry/valid-person@1',
    input: { egn: 'application.driver.egn' },
    disclose: ['names'],
  },
  certificates: {
    operation: 'maritime-registry/seafarer-certificates@1',
    input: { egn: 'application.driver.egn' },
    disclose: ['certificates.number', 'certificates.type', 'certificates.validUntil'],
  },
  licence: {
    operation: 'transport-licensing/carrier-licence@1',
    input: { uic: 'application.trader.uic' },
    disclose: ['number', 'kind', 'status', 'validUntil'],
  },
  pension: {
    operation: 'pensions-register/pension-right@1',
    input: { identifier: 'application.driver.egn', idType: '"egn"', month: '"01"', year: '"2026"' },
    disclose: ['status', 'text'],
  },
  trader: {
    operation: 'commercial-register/actual-state@1',
    input: { uic: 'application.trader.uic' },
    disclose: ['name', 'status'],
  },
  identity: {
    operation: 'identity-documents/identity-document@1',
    input: { egn: 'application.driver.egn', documentNumber: '"000000001"' },
    disclose: ['type', 'status', 'validUntil'],
  },
  vehicle: {
    operation: 'vehicle-register/registration@1',
    input: { plate: 'application.vehicle.plate' },
    disclose: ['plate', 'vin', 'make', 'category'],
  },
  school: {
    operation: 'education-register/student-status@1',
    input: { identifier: 'application.driver.egn' },
    disclose: ['enrolments.institution', 'enrolments.grade', 'enrolments.status'],
  },
  // No application names a VIN; as a value of its own this call need not wait for another.
  insurance: {
    operation: 'guarantee-fund/motor-insurance@1',
    input: { vin: `"${CITIZEN.vin}"` },
    disclose: ['policyNumber', 'validUntil'],
  },
}

const OWNERS: Readonly<Record<string, string>> = {
  'civil-registry': 'grao',
  'maritime-registry': 'iama',
  'transport-licensing': 'iaaa',
  'commercial-register': 'av',
  'vehicle-register': 'mvr',
  'guarantee-fund': 'gf',
  'pensions-register': 'noi',
  'identity-documents': 'mvr',
  'education-register': 'mon',
}

const registryOf = ({ operation }: Call): string => operation.split('/')[0] ?? ''

export const registriesOf = (size: Size): number =>
  new Set(
    Object.values(CALLS)
      .slice(0, size)
      .map((call) => registryOf(call)),
  ).size

/** Services of 1, 3 and 9 calls that all begin at once, and what Троян is granted for them. */
export function writeGovernance(folder: string): { readonly servicesFolder: string; readonly grantsFolder: string } {
  const [servicesFolder, grantsFolder] = [join(folder, 'bench-services'), join(folder, 'bench-grants')]
  for (const one of [servicesFolder, grantsFolder]) mkdirSync(one)
  for (const size of SIZES) {
    const calls = Object.entries(CALLS).slice(0, size)
    // JSON is YAML.
    writeFileSync(join(servicesFolder, `${serviceOf(size)}.yaml`), JSON.stringify(service(size, calls)))
    writeFileSync(join(grantsFolder, `troyan-${serviceOf(size)}.yaml`), JSON.stringify(grant(size, calls)))
  }
  return { servicesFolder, grantsFolder }
}

type Named = readonly (readonly [string, Call])[]

const service = (size: Size, calls: Named): object => ({
  id: serviceOf(size),
  version: 1,
  title: { bg: `Измерване с ${size}`, en: `Measurement with ${size}` },
  iisda: null,
  demonstration: true,
  schema: 'schemas/services/taxi-permit.v1.schema.json',
  legalBasis: ['water-demo'],
  deadlineMs: 20_000,
  calls: Object.fromEntries(calls.map(([name, { operation, input }]) => [name, { operation, input }])),
  checks: {
    'person-alive': {
      title: { bg: 'Лицето е живо', en: 'The person is alive' },
      expr: '!has(calls.person.deathDate)',
    },
  },
})

const grant = (size: Size, calls: Named): object => ({
  id: `troyan-${serviceOf(size)}`,
  consumer: 'troyan',
  service: `${serviceOf(size)}@1`,
  legalBases: ['water-demo'],
  disclose: Object.fromEntries(calls.map(([, { operation, disclose }]) => [operation, disclose])),
  validFrom: '2025-01-01',
  validUntil: '2034-12-31',
  approvals: Object.fromEntries(
    calls.map(([, call]) => {
      const by = OWNERS[registryOf(call)] ?? ''
      return [registryOf(call), { by, on: '2024-12-02', reference: `DEMO-BENCH-${by.toUpperCase()}` }]
    }),
  ),
})

/** Makes fresh applications, signed; the cost of signing is the caller's. */
export function applicationsOf(size: Size, seal: Tls): () => Uint8Array {
  const { egn, uic, plate } = CITIZEN
  const sealer = fileSealer(seal.cert, seal.key)
  const draft = {
    consumer: partyId('troyan'),
    service: { id: serviceOf(size), version: 1 },
    case: 'ТР-ДЕМО-ИЗМЕРВАНЕ',
    official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
    legalBasis: 'water-demo',
    applicant: { identifierType: 'eik', identifier: uic, names: 'Язовирни Разходки Измислица ЕООД' } as const,
    body: { driver: { egn }, trader: { kind: 'company', uic }, vehicle: { plate } },
  }
  return () => sealApplication(newApplication(draft, new Date()), sealer)
}
