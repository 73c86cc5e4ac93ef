import { defineAdapter, openAdapter, regixOperation } from '../../src/adapter-kit/index.ts'

/**
 * The Registry Agency's commercial register, through RegiX: whether a trader is active, where it sits, who represents it.
 * Of the trader's file only three fields are asked for: 00050 (seat), 00070 (managers), 00100 (representatives). That
 * `FieldList` takes them with commas is inferred; the published source does not say.
 */
export default defineAdapter({
  open: (options) => openAdapter(options, { 'actual-state@1': regixOperation }),
})
