import type { LocalisedText } from '../../model/localised.ts'
import type { RegistryHealth } from '../../model/registry-status.ts'

export const HEALTH: Readonly<Record<RegistryHealth, LocalisedText>> = {
  up: { bg: 'отговаря', en: 'it answers' },
  failing: { bg: 'греши: поне половината от последните опити', en: 'it fails: at least half of the newest attempts' },
  down: { bg: 'не се пита: смята се за паднал', en: 'it is not asked: it is taken for dead' },
  'planned-downtime': { bg: 'не се пита: планирано прекъсване', en: 'it is not asked: planned downtime' },
  'not-asked': { bg: 'никой не го е питал', en: 'nobody asked it' },
}

/** `{}` takes the values in order. */
export const WORDS = {
  breaker: { bg: 'прекъсвач', en: 'breaker' },
  closed: { bg: 'затворен: питаме', en: 'closed: it is asked' },
  open: {
    bg: 'отворен от {}, {} поред; един въпрос ще провери в {}',
    en: 'open since {}, {} in a row; one question looks at {}',
  },
  halfOpen: {
    bg: 'отворен от {}, {} поред; следващият въпрос ще провери дали се е върнал',
    en: 'open since {}, {} in a row; the next question looks whether it is back',
  },
  signatures: { bg: 'подписи', en: 'signatures' },
  sha1: {
    bg: 'ИЗКЛЮЧЕНИЕ: приемат се и отговори, подписани със SHA-1 (answersBySha1); помолете собственика за SHA-256',
    en: 'EXCEPTION: answers signed with SHA-1 are believed too (answersBySha1); ask the owner for SHA-256',
  },
  window: { bg: 'от {}', en: 'since {}' },
  exchanges: { bg: '{} обмена с въпрос към него', en: '{} exchanges with a question to it' },
  newestOnly: { bg: 'само най-новите: имало е повече', en: 'the newest alone: there were more' },
  latency: { bg: 'отговор за', en: 'answers within' },
  percentiles: {
    bg: 'половината {} ms, 95 от 100 {} ms ({} отговора)',
    en: 'half {} ms, 95 of 100 {} ms ({} answers)',
  },
  noAnswers: { bg: 'няма отговори', en: 'no answers' },
  queued: { bg: 'в опашката', en: 'in the queue' },
  waiting: { bg: '{} въпроса ще бъдат зададени, щом може да се пита', en: '{} questions are put when it can be asked' },
  errors: { bg: 'Грешки', en: 'Errors' },
  last: { bg: 'последна {}', en: 'last {}' },
  consumers: { bg: 'Кой колко пита', en: 'Who asked how much' },
  asked: { bg: '{} въпроса, {} с отговор', en: '{} questions, {} answered' },
  quotas: { bg: 'Остатък от квотите за днес', en: 'Left of the quotas today' },
  left: { bg: 'остават {} от {}', en: '{} of {} left' },
  fewUsed: { bg: 'от {} на ден *', en: 'of {} a day *' },
  fewerThan: {
    bg: '* по-малко от {} не се казват на друг освен на собственика, нито това, от което следват',
    en: '* fewer than {} are told to the owner alone, and so is what they could be worked out from',
  },
  total: { bg: 'от всички потребители', en: 'of all consumers' },
  drift: {
    bg: 'Отговори, които не са според договореното (30 дни; само мястото, нищо от отговора)',
    en: 'Answers that were not as agreed (30 days; the place alone, nothing of the answer)',
  },
  times: { bg: '{} пъти, последно {}', en: '{} times, last {}' },
  requests: { bg: 'Чакат достъп', en: 'Wait for access' },
  moreRequests: {
    bg: 'и още: edno access list --party {} --registry {} --state proposed',
    en: 'and more: edno access list --party {} --registry {} --state proposed',
  },
  waitsForOther: { bg: 'чака другиго, не собственика', en: 'waits for somebody else than the owner' },
  downtime: { bg: 'Планирани прекъсвания', en: 'Planned downtime' },
  now: { bg: 'сега', en: 'now' },
  meanwhile: {
    bg: 'Тогава edno не пита: въпросите, които могат да чакат, остават в опашката до края; останалите завършват с provider.planned-downtime.',
    en: 'Then edno does not ask: questions that may wait stay in the queue until its end; the others end with provider.planned-downtime.',
  },
  log: { bg: 'Последни обмени', en: 'Newest exchanges' },
  allOfThem: { bg: 'всички: {}', en: 'all of them: {}' },
  none: { bg: 'няма', en: 'none' },
} as const satisfies Record<string, LocalisedText>
