import { type Cast, defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** The stand-in of the commercial register: knows the firms of the cast and the persons who represent them. */
export default defineSimulator({
  operations: {
    'actual-state@1': ({ uic }, cast) => {
      const firm = cast.firms.find((candidate) => candidate.uic === uic)
      return (
        firm && {
          ...firm,
          seatParts: firm.seat,
          representatives: firm.representatives.map((egn) => ({ egn, name: nameOf(egn, cast) })),
        }
      )
    },
  },
})

function nameOf(egn: string, { persons }: Cast): string | undefined {
  const names = persons.find((person) => person.egn === egn)?.names
  return names && `${names.first} ${names.surname} ${names.family}`
}
