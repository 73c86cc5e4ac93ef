import { defineAdapter, openAdapter, restOperation } from '../../src/adapter-kit/index.ts'
import type { PolicyAnswer } from './motor-insurance.v1/policy.ts'

/** The Guarantee Fund's register of motor insurance. No interface of it is published: this one is invented. */
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'motor-insurance@1': restOperation<PolicyAnswer>({
        path: '/v1/policies/search',
        question: ({ vin }) => ({ vehicle: { vin } }),
        read: ({ reference, policy }) => ({
          reference: `gf:${reference}`,
          evidence:
            policy === null
              ? undefined
              : {
                  vin: policy.vehicle.vin,
                  policyNumber: policy.number,
                  insurer: policy.insurer.name,
                  validFrom: policy.cover.from,
                  validUntil: policy.cover.to,
                },
        }),
      }),
    }),
})
