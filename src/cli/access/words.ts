import type { ActKind, AgreementStateName, Side } from '../../model/agreement.ts'
import type { LocalisedText } from '../../model/localised.ts'

/** What becomes of an agreement, for people. */
export const STATES: Readonly<Record<AgreementStateName, LocalisedText>> = {
  proposed: { bg: 'предложено', en: 'proposed' },
  valid: { bg: 'в сила', en: 'valid' },
  suspended: { bg: 'спряно', en: 'suspended' },
  refused: { bg: 'отказано', en: 'refused' },
  withdrawn: { bg: 'оттеглено', en: 'withdrawn' },
  revoked: { bg: 'прекратено', en: 'revoked' },
  expired: { bg: 'изтекло', en: 'expired' },
}

export const SIDES: Readonly<Record<Side, LocalisedText>> = {
  consumer: { bg: 'потребителят', en: 'the consumer' },
  provider: { bg: 'собственикът', en: 'the owner' },
  delegate: { bg: 'пълномощникът', en: 'the delegate' },
  operator: { bg: 'операторът', en: 'the operator' },
}

export const DONE: Readonly<Record<ActKind, LocalisedText>> = {
  accept: { bg: 'прие', en: 'accepted' },
  refuse: { bg: 'отказа', en: 'refused' },
  withdraw: { bg: 'оттегли', en: 'withdrew' },
  revoke: { bg: 'прекрати', en: 'revoked' },
  suspend: { bg: 'спря', en: 'suspended' },
  resume: { bg: 'възобнови', en: 'resumed' },
}

/** `{}` takes the values in order. */
export const WORDS = {
  waits: { bg: 'чака: {}', en: 'waits for: {}' },
  suspendedBy: { bg: 'от: {}', en: 'by: {}' },
  notYet: { bg: 'от {}', en: 'from {}' },
  notInForce: { bg: 'не действа', en: 'not in force' },
  replaced: { bg: 'заменено от {}', en: 'replaced by {}' },
  outdated: {
    bg: 'услугата се промени, откакто е договорена',
    en: 'the service changed since it was agreed',
  },
  left: { bg: 'остават {} от {} за днес', en: '{} of {} left today' },
  total: { bg: 'от всички потребители', en: 'of all consumers' },
  none: { bg: 'Няма споразумения.', en: 'There are no agreements.' },
  asked: {
    bg: '{} поиска достъп: {} споразумения чакат собствениците.',
    en: '{} asked for access: {} agreements wait for their owners.',
  },
  askedOne: {
    bg: '{} поиска достъп: {} споразумение чака собственика.',
    en: '{} asked for access: {} agreement waits for its owner.',
  },
  noFields: {
    bg: 'Не се искат данни, само проверки: поискайте данни с --fields или --all-fields.',
    en: 'No fields were asked for, only checks: ask for fields with --fields or --all-fields.',
  },
  nextOne: { bg: 'Собственикът решава с:', en: 'The owner decides with:' },
  next: { bg: 'Всеки собственик решава с:', en: 'Each owner decides with:' },
  signs: { bg: '{} подписва, че приема:', en: '{} signs that it accepts:' },
  would: { bg: 'Ще бъдат приети:', en: 'These would be approved:' },
  nothingToApprove: { bg: 'Нищо не чака {}.', en: 'Nothing waits for {}.' },
  sure: { bg: 'Да се приемат ли тези {}? (да/не) ', en: 'Approve these {}? (yes/no) ' },
  notApproved: { bg: 'Нищо не е прието.', en: 'Nothing was approved.' },
  recorded: { bg: '{} {} {}: сега е {}', en: '{} {} {}: now {}' },
  purpose: { bg: 'цел', en: 'purpose' },
  bases: { bg: 'правни основания', en: 'legal bases' },
  period: { bg: 'срок', en: 'period' },
  fields: { bg: 'данни', en: 'fields' },
  checksOnly: { bg: 'само проверки', en: 'checks only' },
  withheld: { bg: 'само проверки от', en: 'checks only of' },
  officials: { bg: 'длъжности', en: 'officials' },
  quota: { bg: 'въпроси на ден', en: 'questions a day' },
  delegate: { bg: 'пълномощник', en: 'delegate' },
  openCase: { bg: 'само при отворена преписка', en: 'only with an open case' },
  request: { bg: 'искане', en: 'request' },
  acts: { bg: 'Действия', en: 'Acts' },
  written: { bg: 'записано: {}', en: 'written: {}' },
  exported: { bg: '{} разрешения от {} споразумения в сила', en: '{} grants from {} agreements in force' },
} as const satisfies Record<string, LocalisedText>
