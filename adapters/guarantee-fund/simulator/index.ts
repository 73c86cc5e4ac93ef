import { defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** The stand-in of the Guarantee Fund: knows the policies of the cast's vehicles. */
export default defineSimulator({
  operations: {
    'motor-insurance@1': ({ vin }, { vehicles }) => {
      const insurance = vehicles.find((vehicle) => vehicle.vin === vin)?.insurance
      return insurance && { vin, ...insurance }
    },
  },
})
