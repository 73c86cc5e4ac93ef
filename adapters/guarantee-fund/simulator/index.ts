import { type CastVehicle, defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** The stand-in of the Guarantee Fund: knows the policies of the cast's vehicles. */
export default defineSimulator({
  operations: {
    'motor-insurance@1': ({ vin }, { vehicles }) =>
      vehicles.find((vehicle) => vehicle.vin === vin && vehicle.insurance !== undefined),
  },
  rest: {
    'motor-insurance@1': {
      path: '/v1/policies/search',
      input: ({ vehicle }) => ({ vin: (vehicle as { readonly vin: string }).vin }),
      answer: (record) => ({ policy: record === undefined ? null : policyOf(record as CastVehicle) }),
    },
  },
})

const policyOf = ({ vin, insurance }: CastVehicle): object => ({
  number: insurance?.policyNumber,
  vehicle: { vin },
  insurer: { name: insurance?.insurer },
  cover: { from: insurance?.validFrom, to: insurance?.validUntil },
})
