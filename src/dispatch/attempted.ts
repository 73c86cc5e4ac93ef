import type { Finding } from '../adapter-kit/adapter.ts'
import type { ProblemCode } from '../problem/codes.ts'

/** Why a registry gave no finding. */
export interface Fault {
  readonly fault: ProblemCode
  /** Asking before this moment is of no use: the registry said so, its owner did, or it is taken for dead. */
  readonly notBefore?: Date
  /** Nobody was asked. */
  readonly unasked?: true
  /** Somebody was asked before, and may not be asked again now. */
  readonly final?: true
  /** Access was taken away while the question waited. */
  readonly closed?: true
  /** Of a bad answer: where it is not as agreed; nothing of the answer. */
  readonly at?: string
}

/** What one attempt brought; a fault is told, never thrown. */
export type Attempted = { readonly finding: Finding } | Fault
