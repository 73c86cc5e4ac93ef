import { defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** The stand-in of ГРАО: knows the persons of the cast. */
export default defineSimulator({
  operations: {
    'valid-person@1': ({ egn }, { persons }) => persons.find((person) => person.egn === egn),
    'permanent-address@1': ({ egn, date = '' }, { persons }) => {
      const address = persons.find((person) => person.egn === egn)?.address
      return address?.['from'] !== undefined && address['from'] <= date ? address : undefined
    },
  },
})
