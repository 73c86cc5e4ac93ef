import { defineAdapter, openAdapter, regixOperation } from '../../src/adapter-kit/index.ts'

/**
 * ИАМА, the maritime administration, through RegiX: who may steer a vessel, and who owns one.
 *
 * Vessels are asked for in the catalogue's form (`RegistrationInfoByOwnerRequest`). The registry takes six symbols of an
 * identifier and answers about everybody whose identifier has them; edno drops the others by the manifest's subject rule.
 */
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'seafarer-certificates@1': regixOperation,
      'vessels-by-owner@1': regixOperation,
      'vessels-by-hull@1': regixOperation,
      'vessel-nomenclatures@1': regixOperation,
    }),
})
