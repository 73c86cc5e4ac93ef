import { defineAdapter, openAdapter, regixOperation } from '../../src/adapter-kit/index.ts'

/** ИАМА, the maritime administration, through RegiX: who may steer a vessel, and who owns one. */
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'seafarer-certificates@1': regixOperation,
      'vessels-by-owner@1': regixOperation,
    }),
})
