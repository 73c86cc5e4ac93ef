import { JWS_ALGORITHM_ATTACKS } from './jws-algorithms.ts'
import { JWS_FORM_ATTACKS } from './jws-form.ts'
import { JWS_HEADER_ATTACKS } from './jws-header.ts'
import { JWS_TRUTH_ATTACKS } from './jws-truth.ts'

export const JWS_ATTACKS = [...JWS_FORM_ATTACKS, ...JWS_HEADER_ATTACKS, ...JWS_ALGORITHM_ATTACKS, ...JWS_TRUTH_ATTACKS]
