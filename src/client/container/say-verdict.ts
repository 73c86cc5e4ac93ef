import { fill } from '../../model/fill.ts'
import type { JudgedEvidence, JudgedSentence, Mark } from '../../model/judged-evidence.ts'
import type { LocalisedText } from '../../model/localised.ts'
import { sayWord } from './say-word.ts'
import { CONTAINER_SENTENCES, CONTAINER_WORDS, QUESTION_WORDS, REPLY_WORDS, UNKNOWN_SENTENCES } from './sentences.ts'
import type { ContainerFinding, ContainerVerdict, Reply, Unknown } from './verdict.ts'

const MARKS: Readonly<Record<Reply, Mark>> = { yes: 'holds', no: 'fails', unknown: 'unknown' }

const filled = ({ bg, en }: LocalisedText, ...values: readonly (string | number)[]): LocalisedText => ({
  bg: fill(bg, ...values),
  en: fill(en, ...values),
})

/** A verdict in the words of a person, the same wherever it is read. */
export function sayVerdict(verdict: ContainerVerdict): JudgedEvidence {
  const { findings, unknown, questions } = verdict
  const failing = findings.filter(({ holds }) => !holds).length
  return {
    holds: failing === 0,
    verdict:
      failing === 0
        ? filled(CONTAINER_WORDS.holds, findings.length)
        : filled(CONTAINER_WORDS.fails, failing, findings.length),
    sentences: [...findings.map((finding) => sayFinding(finding, verdict)), ...unknown.map(sayUnknown)],
    questions: (['asked', 'answered', 'reached'] as const).map((question) => ({
      mark: MARKS[questions[question]],
      text: QUESTION_WORDS[question],
      reply: REPLY_WORDS[questions[question]],
    })),
  }
}

function sayFinding(finding: ContainerFinding, { stamp }: ContainerVerdict): JudgedSentence {
  const { what, word } = finding
  const mark = finding.holds ? 'holds' : 'fails'
  const words = CONTAINER_SENTENCES[what][mark]
  if (word !== undefined) return { mark, text: sayWord(words, word) }
  return {
    mark,
    text: filled(
      words,
      ...(what === 'answer.time-stamp' ? stampValues(stamp) : [finding.about ?? '', finding.by ?? '']),
    ),
  }
}

const stampValues = (stamp: ContainerVerdict['stamp']): string[] => [stamp?.at ?? '', stamp?.by ?? '']

const sayUnknown = ({ what, about = '', by = '' }: Unknown): JudgedSentence => ({
  mark: 'unknown',
  text: filled(UNKNOWN_SENTENCES[what], about, by),
})
