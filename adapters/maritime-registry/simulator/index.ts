import { type Cast, type CastVessel, defineSimulator } from '../../../src/adapter-kit/simulator.ts'

/** What ИАМА asks of an owner's identifier: its form says „първите 6 символа“. */
const SYMBOLS = 6

/** The stand-in of ИАМА: knows the seafarers and the vessels of the cast. */
export default defineSimulator({
  operations: {
    'seafarer-certificates@1': ({ egn }, { persons }) => {
      const person = persons.find((candidate) => candidate.egn === egn)
      if (person?.seafarerCertificates === undefined) return undefined
      return { egn: person.egn, names: person.names, certificates: person.seafarerCertificates }
    },
    // Like the real one it lists every vessel one of whose owners has the six symbols in the identifier: for an ЕГН
    // they are a birth date, so other persons' vessels come back too.
    'vessels-by-owner@1': ({ identifier = '' }, cast) => {
      const symbols = identifier.slice(0, SYMBOLS)
      const vessels = cast.vessels.filter(({ owners }) =>
        owners.some(({ egn, uic }) => (egn ?? uic ?? '').includes(symbols)),
      )
      return vessels.length === 0 ? undefined : { vessels: vessels.map((vessel) => recordOf(vessel, cast)) }
    },
  },
})

const recordOf = (vessel: CastVessel, cast: Cast): object => ({
  ...vessel,
  owners: vessel.owners.map((owner) => ownerOf(owner, cast)),
})

function ownerOf({ egn, uic }: CastVessel['owners'][number], cast: Cast): object {
  if (egn === undefined) {
    const firm = cast.firms.find((candidate) => candidate.uic === uic)
    return { kind: 'company', identifier: uic, name: firm?.name }
  }
  const names = cast.persons.find((candidate) => candidate.egn === egn)?.names
  return { kind: 'person', identifier: egn, name: names && `${names.first} ${names.surname} ${names.family}` }
}
