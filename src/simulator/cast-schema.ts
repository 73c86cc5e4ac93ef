/** The form of `config/demo/cast.yaml`. Dates are ISO or relative to today (`+200d`). */
const text = { type: 'string', minLength: 1 }
const day = { type: 'string', pattern: '^(\\d{4}-\\d{2}-\\d{2}|[+-]\\d+d)$' }

const record = (required: Record<string, object>, optional: Record<string, object> = {}): object => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
})
const list = (items: object): object => ({ type: 'array', items })
const oneOf = (...values: string[]): object => ({ type: 'string', enum: values })

const egn = { type: 'string', format: 'egn' }
const uic = { type: 'string', format: 'eik' }
const owner = { ...record({}, { egn, uic }), minProperties: 1, maxProperties: 1 }
const freeTexts = { type: 'object', additionalProperties: text }

const person = record(
  { egn, names: record({ first: text, surname: text, family: text }), birthDate: day },
  {
    deathDate: day,
    address: freeTexts,
    seafarerCertificates: list(
      record({ number: text, type: text, qualification: text, issued: day, validUntil: day }, { duty: text }),
    ),
    taxiDriver: record({
      number: text,
      validUntil: day,
      psychologicalFitness: record({ fit: { type: 'boolean' }, validUntil: day }),
    }),
  },
)

const firm = record(
  {
    uic,
    name: text,
    legalForm: text,
    status: oneOf('active', 'liquidation', 'insolvency', 'closed'),
    seat: record({ settlement: text, street: text, number: text }),
    representatives: list(egn),
  },
  {
    licence: record({
      number: text,
      kind: oneOf('taxi', 'water-passenger'),
      status: oneOf('active', 'withdrawn'),
      validUntil: day,
    }),
  },
)

const vehicle = record(
  { plate: { type: 'string', format: 'plate' }, vin: { type: 'string', format: 'vin' }, category: text, owner },
  {
    make: text,
    inspection: record({
      protocolNumber: text,
      conclusion: oneOf('pass', 'fail'),
      inspectedOn: day,
      nextInspection: day,
      stickerNumber: text,
    }),
    insurance: record({ policyNumber: text, insurer: text, validFrom: day, validUntil: day }),
  },
)

const vessel = record(
  {
    name: text,
    registrationNumber: text,
    port: text,
    type: text,
    status: oneOf('active', 'inactive', 'erased'),
    owners: list(owner),
  },
  { lengthM: { type: 'number' }, grossTonnage: { type: 'number' } },
)

const fault = record(
  {
    registry: text,
    identifier: text,
    kind: oneOf('slow', 'error-500', 'busy', 'garbage', 'truncated', 'reset', 'hang', 'stalled', 'other-subject'),
  },
  { ms: { type: 'integer', minimum: 1 } },
)

export const CAST_SCHEMA = record({
  persons: list(person),
  firms: list(firm),
  vehicles: list(vehicle),
  vessels: list(vessel),
  faults: list(fault),
})
