import { type Cast, type CastVehicle, defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** The stand-in of МВР: knows the vehicles of the cast and whose they are. */
export default defineSimulator({
  operations: {
    'registration@1': ({ plate }, cast) => {
      const vehicle = cast.vehicles.find((candidate) => candidate.plate === plate)
      return vehicle && { ...vehicle, owner: ownerOf(vehicle, cast) }
    },
  },
})

function ownerOf({ owner: { egn, uic } }: CastVehicle, { persons, firms }: Cast): object | undefined {
  const person = persons.find((candidate) => candidate.egn === egn)
  if (person !== undefined) {
    const { first, surname, family } = person.names
    return { kind: 'person', egn, name: `${first} ${surname} ${family}` }
  }
  const firm = firms.find((candidate) => candidate.uic === uic)
  return firm && { kind: 'company', uic, name: `${firm.name} ${firm.legalForm}` }
}
