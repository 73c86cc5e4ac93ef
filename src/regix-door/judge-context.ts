import type { LocalisedText } from '../model/localised.ts'
import { BrokerError } from '../problem/broker-error.ts'
import type { CallContext } from './read-question.ts'

/** How much a consumer's old client must say. */
export interface ContextRules {
  readonly legalBasis: 'require' | 'warn'
  readonly assumedLegalBasis?: string
}

/** On what a question rests, and what of it edno took because nothing was said. */
export interface Grounds {
  /** Code. */
  readonly legalBasis: string
  readonly case: string
  readonly assumed: readonly ('LawReason' | 'ServiceURI')[]
}

/**
 * LawReason and ServiceURI, which RegiX never looks at: a legal basis that edno knows, by its code or in its words, and
 * the number of a case. Refuses with `access.legal-basis` or `regix.call-context` what says neither and may not be assumed.
 */
export function judgeContext(
  { lawReason, serviceUri }: CallContext,
  rules: ContextRules,
  known: { readonly legalBases: ReadonlyMap<string, LocalisedText>; readonly callId: string },
): Grounds {
  const named = basisNamed(lawReason ?? '', known.legalBases)
  const legalBasis = named ?? assumedBy(rules)
  const number = isCase(serviceUri ?? '') ? serviceUri : undefined
  if (number === undefined && rules.legalBasis === 'require')
    throw new BrokerError('regix.call-context', 'ServiceURI holds no number of a case (at most 200 characters)')
  return {
    legalBasis,
    case: number ?? `regix-${known.callId}`,
    assumed: [
      ...(named === undefined ? ['LawReason' as const] : []),
      ...(number === undefined ? ['ServiceURI' as const] : []),
    ],
  }
}

function assumedBy({ legalBasis, assumedLegalBasis }: ContextRules): string {
  if (legalBasis === 'warn' && assumedLegalBasis !== undefined) return assumedLegalBasis
  throw new BrokerError('access.legal-basis', 'LawReason names no legal basis by its code or its full text')
}

/** As `Case` of an application: one line that begins with no blank. */
const isCase = (text: string): boolean => text.length <= 200 && /^[^\p{Cc}]+$/u.test(text)

function basisNamed(reason: string, legalBases: ReadonlyMap<string, LocalisedText>): string | undefined {
  const said = plain(reason)
  for (const [code, { bg, en }] of legalBases) if ([code, bg, en].some((text) => plain(text) === said)) return code
  return undefined
}

/** Neither case nor spacing tells two apart. */
const plain = (text: string): string => text.normalize('NFC').trim().replace(/\s+/gu, ' ').toLocaleLowerCase('bg')
