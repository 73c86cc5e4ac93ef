import { defineAdapter, openAdapter, regixOperation } from '../../src/adapter-kit/index.ts'

/** ГРАО, the national population database, through RegiX: who a person is, and where the person lives. */
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'valid-person@1': regixOperation,
      'permanent-address@1': regixOperation,
    }),
})
