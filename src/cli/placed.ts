import { ConfigRefused } from '../config/config-refused.ts'
import { placedLines } from '../config/mistake-places.ts'
import { placed as placesOf } from './settings.ts'

/** The same refusal with the place of each mistake. */
export const placed = (error: Error): Error =>
  error instanceof ConfigRefused ? new ConfigRefused(placedLines(placesOf(error))) : error
