import { defineAdapter, openAdapter, regixOperation } from '../../src/adapter-kit/index.ts'

/**
 * ГРАО, the national population database, through RegiX: who a person is, of which family, and where the person lives; and which
 * settlements and streets there are.
 */
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'valid-person@1': regixOperation,
      'permanent-address@1': regixOperation,
      'temporary-address@1': regixOperation,
      'person-data@1': regixOperation,
      'relations@1': regixOperation,
      'marital-status@1': regixOperation,
      'family@1': regixOperation,
      'spouse@1': regixOperation,
      'marriage@1': regixOperation,
      'marriage-certificate@1': regixOperation,
      'settlements@1': regixOperation,
      'locations@1': regixOperation,
    }),
})
