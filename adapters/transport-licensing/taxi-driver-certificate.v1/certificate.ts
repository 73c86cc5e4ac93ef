import type { RestWire } from '../../../src/adapter-kit/index.ts'

/** The registry's answer, as `answer.schema.json` describes it. */
interface CertificateAnswer {
  readonly reference: string
  readonly certificate: {
    readonly number: string
    readonly holder: { readonly egn: string }
    readonly expires: string
    readonly fitness: { readonly conclusion: 'fit' | 'unfit'; readonly expires: string }
  } | null
}

/** No published operation tells of taxi drivers' certificates or psychological fitness: this wire is invented. */
export const CERTIFICATE_WIRE: RestWire<CertificateAnswer> = {
  path: '/v1/taxi-drivers/search',
  question: ({ egn }) => ({ holder: { egn } }),
  read: ({ reference, certificate }) => ({
    reference: `iaaa:${reference}`,
    evidence:
      certificate === null
        ? undefined
        : {
            egn: certificate.holder.egn,
            number: certificate.number,
            validUntil: certificate.expires,
            psychologicalFitness: {
              fit: certificate.fitness.conclusion === 'fit',
              validUntil: certificate.fitness.expires,
            },
          },
  }),
}
