import { type CastFirm, type CastPerson, defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** The stand-in of ИААА: knows the inspections, drivers' certificates and carriers' licences of the cast. */
export default defineSimulator({
  operations: {
    'technical-inspection@1': ({ plate }, { vehicles }) => {
      const inspection = vehicles.find((vehicle) => vehicle.plate === plate)?.inspection
      return inspection && { ...inspection, plate }
    },
    'taxi-driver-certificate@1': ({ egn }, { persons }) =>
      persons.find((person) => person.egn === egn && person.taxiDriver !== undefined),
    'carrier-licence@1': ({ uic }, { firms }) => firms.find((firm) => firm.uic === uic && firm.licence !== undefined),
  },
  rest: {
    'taxi-driver-certificate@1': {
      path: '/v1/taxi-drivers/search',
      input: ({ holder }) => ({ egn: (holder as { readonly egn: string }).egn }),
      answer: (record) => ({ certificate: record === undefined ? null : certificateOf(record as CastPerson) }),
    },
    'carrier-licence@1': {
      path: '/v1/carriers/search',
      input: ({ carrier }) => ({ uic: (carrier as { readonly uic: string }).uic }),
      answer: (record) => ({ licence: record === undefined ? null : licenceOf(record as CastFirm) }),
    },
  },
})

const certificateOf = ({ egn, taxiDriver }: CastPerson): object => ({
  number: taxiDriver?.number,
  holder: { egn },
  expires: taxiDriver?.validUntil,
  fitness: {
    conclusion: taxiDriver?.psychologicalFitness.fit === true ? 'fit' : 'unfit',
    expires: taxiDriver?.psychologicalFitness.validUntil,
  },
})

const licenceOf = ({ uic, licence }: CastFirm): object => ({
  number: licence?.number,
  carrier: { uic },
  transport: licence?.kind,
  withdrawn: licence?.status === 'withdrawn',
  expires: licence?.validUntil,
})
