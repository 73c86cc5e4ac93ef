import type { RestWire } from '../../../src/adapter-kit/index.ts'

/** The registry's answer, as `answer.schema.json` describes it. */
interface LicenceAnswer {
  readonly reference: string
  readonly licence: {
    readonly number: string
    readonly carrier: { readonly uic: string }
    readonly transport: 'taxi' | 'water-passenger'
    readonly withdrawn: boolean
    readonly expires: string
  } | null
}

/** No published operation tells of carriers' licences, by road or by water: this wire is invented. */
export const LICENCE_WIRE: RestWire<LicenceAnswer> = {
  path: '/v1/carriers/search',
  question: ({ uic }) => ({ carrier: { uic } }),
  read: ({ reference, licence }) => ({
    reference: `iaaa:${reference}`,
    evidence:
      licence === null
        ? undefined
        : {
            uic: licence.carrier.uic,
            number: licence.number,
            kind: licence.transport,
            status: licence.withdrawn ? 'withdrawn' : 'active',
            validUntil: licence.expires,
          },
  }),
}
