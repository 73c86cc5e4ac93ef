import { unpackContainer } from '../../evidence/container.ts'
import { LOG_VKEY } from '../../evidence/layout.ts'
import { aboutOf, type Files, textAt } from './held.ts'
import { judgeAcknowledgement } from './judge-acknowledgement.ts'
import { judgeBasis } from './judge-basis.ts'
import { judgeAnswer, judgeApplication, type JudgedDocument } from './judge-documents.ts'
import { judgeLog, type LoggedEntry } from './judge-log.ts'
import { judgeRegistries, judgeSupplements } from './judge-parts.ts'
import { judgeRevocations } from './judge-revocation.ts'
import { judgeContainerSeal } from './judge-seal.ts'
import type { ContainerFinding, ContainerFindingCode, ContainerVerdict, Pins, Reply, Unknown } from './verdict.ts'

/**
 * Offline: what a container of evidence proves, what in it does not hold, and what it cannot tell. No edno, no database.
 *
 * @throws ContainerFault where the bytes are no container at all.
 */
export const verifyContainer = async (bytes: Buffer, pins: Pins): Promise<ContainerVerdict> =>
  judgeContainer(await unpackContainer(bytes), pins)

function judgeContainer(files: Files, pins: Pins): ContainerVerdict {
  const about = aboutOf(files)
  const seal = judgeContainerSeal(files, pins.seals)
  const logKey = pins.logKey ?? textAt(files, LOG_VKEY)?.trim() ?? ''
  const log = judgeLog(files, logKey, about['exchangeId'], pins)
  const { entries } = log
  const content =
    about['view'] === 'registry' ? NO_CONTENT : judgeContent(files, entries, about['exchangeId'] ?? '', pins)
  const { application, answer, acknowledgement } = content
  const revocation = judgeRevocations(files, { entries, log, answer, acknowledgement })
  const basis = judgeBasis(files, entries)
  const registries = judgeRegistries(files, entries, pins)
  const findings = [
    ...seal,
    ...log.findings,
    ...application.findings,
    ...revocation.findings,
    ...basis.findings,
    ...answer.findings,
    ...registries.findings,
    ...judgeSupplements(files, entries, pins),
    ...acknowledgement.findings,
  ]
  return {
    holds: findings.every(({ holds }) => holds),
    findings,
    unknown: [
      ...ownKeys(pins),
      ...lostContent(about['content']),
      ...(entries.length === 0 ? [{ what: 'log.absent' as const }] : []),
      ...[log, application, revocation, basis, answer, registries, acknowledgement].flatMap(({ unknown }) => unknown),
      { what: 'revocation' },
    ],
    questions: questionsOf(findings, entries),
    ...namesOf(about),
    ...(answer.stamp === undefined ? {} : { stamp: answer.stamp }),
  }
}

type Content = Readonly<Record<'application' | 'answer' | 'acknowledgement', JudgedDocument>>

const NOTHING: JudgedDocument = { findings: [], unknown: [] }
const NO_CONTENT: Content = { application: NOTHING, answer: NOTHING, acknowledgement: NOTHING }

const judgeContent = (files: Files, entries: readonly LoggedEntry[], id: string, pins: Pins): Content => ({
  application: judgeApplication(files, entries, id),
  answer: judgeAnswer(files, entries, id, pins),
  acknowledgement: judgeAcknowledgement(files, entries, id),
})

const NAMES = ['exchangeId', 'consumer', 'service', 'view']

const namesOf = (
  about: Readonly<Record<string, string>>,
): Pick<ContainerVerdict, 'exchangeId' | 'consumer' | 'service' | 'view'> =>
  Object.fromEntries(Object.entries(about).filter(([name]) => NAMES.includes(name)))

const ownKeys = ({ seals, logKey }: Pins): readonly Unknown[] =>
  seals.length === 0 || logKey === undefined ? [{ what: 'keys.own' }] : []

function lostContent(content: string | undefined): readonly Unknown[] {
  if (content === 'erased') return [{ what: 'content.erased' }]
  return content === 'no longer kept' ? [{ what: 'content.expired' }] : []
}

const ASKED: readonly ContainerFindingCode[] = ['application.signature', 'request.commitment', 'entry.inclusion']
const ANSWERED: readonly ContainerFindingCode[] = ['answer.signature', 'answer.commitment', 'entry.inclusion']
const REACHED: readonly ContainerFindingCode[] = [
  'acknowledgement.signature',
  'acknowledgement.of-answer',
  'acknowledgement.entry',
]

/** What speaks against each, beside what it takes. */
const AGAINST = {
  asked: ['application.', 'request.', 'decision.'],
  answered: ['answer.', 'answer-stamp.', 'registry.', 'supplement.'],
  reached: ['acknowledgement.'],
} as const
/** Where these do not hold, nothing in the file is to be believed. */
const EVERYWHERE = ['container.', 'checkpoint.', 'checkpoint-stamp.', 'entry.']

function questionsOf(
  findings: readonly ContainerFinding[],
  entries: readonly LoggedEntry[],
): ContainerVerdict['questions'] {
  const logged = (event: string): boolean => entries.some(({ says }) => says['event'] === event)
  const reply = (question: keyof typeof AGAINST, takes: readonly ContainerFindingCode[], event: string): Reply => {
    const against = [...EVERYWHERE, ...AGAINST[question]]
    const fails = findings.some(({ what, holds }) => !holds && against.some((family) => what.startsWith(family)))
    if (fails) return 'no'
    const shown = takes.every((code) => findings.some(({ what, holds }) => what === code && holds))
    return shown && logged(event) ? 'yes' : 'unknown'
  }
  return {
    asked: reply('asked', ASKED, 'opened'),
    answered: reply('answered', ANSWERED, 'answered'),
    reached: reply('reached', REACHED, 'acknowledged'),
  }
}
