import type { SignatureAlgorithm } from '../../../src/signature/algorithms.ts'
import type { TestIdentity } from '../../support/certificates.ts'

/** One document, as it is signed and as it is verified, also in files for other programs. */
export interface Job {
  readonly plain: string
  readonly sealed: Uint8Array
  readonly identity: TestIdentity
  readonly algorithm: SignatureAlgorithm
  readonly files: {
    readonly key: string
    readonly certificate: string
    readonly plain: string
    readonly sealed: string
    /** `sealed` with its values taken out. */
    readonly template: string
  }
}

export interface Rival {
  readonly name: string
  /** Operations per CPU-second, after a warm-up; not there where the rival cannot run here. */
  readonly measure?: (act: 'verify' | 'sign', job: Job) => number
  /** Why it is not there. */
  readonly absent?: string
}
