import { defineAdapter, openAdapter, regixOperation, restOperation } from '../../src/adapter-kit/index.ts'
import { LICENCE_WIRE } from './carrier-licence.v1/licence.ts'
import { CERTIFICATE_WIRE } from './taxi-driver-certificate.v1/certificate.ts'

/**
 * ИААА, the automobile administration: inspections of vehicles, training centres and their people through RegiX; taxi
 * drivers' certificates and carriers' licences, which no published operation offers, over an invented interface.
 *
 * The words of `Conclusion` are not published either: `regix.json` holds the ones assumed, and any other word makes the
 * answer a bad one instead of a failed (or a passed) inspection.
 */
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'technical-inspection@1': regixOperation,
      'inspection-sticker@1': regixOperation,
      'inspection-points@1': regixOperation,
      'inspector@1': regixOperation,
      'inspections-count@1': regixOperation,
      'training-centres@1': regixOperation,
      'training-instructors@1': regixOperation,
      'training-vehicles@1': regixOperation,
      'instructor@1': regixOperation,
      'trained-people-count@1': regixOperation,
      'driving-categories@1': regixOperation,
      'taxi-driver-certificate@1': restOperation(CERTIFICATE_WIRE),
      'carrier-licence@1': restOperation(LICENCE_WIRE),
    }),
})
