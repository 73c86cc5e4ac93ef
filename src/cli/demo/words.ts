import type { LocalisedText } from '../../model/localised.ts'
import type { CheckResult } from '../../model/outcome.ts'

/** The demo's sentences. `{}` takes the values in order. */
export const WORDS = {
  title: { bg: 'edno: едно заявление, всички регистри', en: 'edno: one signed application, every registry' },
  notice: {
    bg: 'Лицата, фирмите и номерата са измислени; регистрите са имитирани, протоколите са истински.',
    en: 'Persons, firms and numbers are invented; the registries are simulated, the protocols are real.',
  },
  asks: { bg: '{} подава едно подписано заявление', en: '{} sends one signed application' },
  service: { bg: 'услуга', en: 'service' },
  case: { bg: 'преписка', en: 'case' },
  basis: { bg: 'основание', en: 'legal basis' },
  exchange: { bg: 'обмен', en: 'exchange' },
  scenario: { bg: 'сценарий', en: 'scenario' },
  plan: { bg: 'План: {} справки, регистри: {}', en: 'Plan: {} questions, registries: {}' },
  onlyIfNeeded: { bg: '; {} от тях само при нужда', en: '; {} of them only if needed' },
  ifNeeded: { bg: 'при нужда', en: 'if needed' },
  notNeeded: { bg: 'не е нужно', en: 'not asked for' },
  needs: { bg: 'след', en: 'after' },
  optional: { bg: 'незадължителен', en: 'optional' },
  forEach: { bg: 'за всеки', en: 'for each' },
  outcomes: { bg: 'Отговори на регистрите', en: 'What the registries answer' },
  checks: { bg: 'Проверки за служителя', en: 'Checks for the clerk' },
  disclosed: { bg: 'Данни, които разрешението позволява да се предоставят', en: 'Data the grant discloses' },
  checksOnly: { bg: 'никакви: само проверките', en: 'none: the checks alone' },
  othersDropped: { bg: 'чуждите записи са изхвърлени', en: "others' records dropped" },
  answer: { bg: 'Един подписан отговор: {}, {} байта, {} ms', en: 'One signed answer: {}, {} bytes, {} ms' },
  reasons: { bg: 'Причини', en: 'Reasons' },
  verification: { bg: 'Проверка на отговора', en: 'Verification of the answer' },
  refused: { bg: 'Отказано: {} (HTTP {})', en: 'Refused: {} (HTTP {})' },
  nobodyAsked: { bg: 'Никой регистър не е питан.', en: 'No registry was asked.' },
  registriesAsked: {
    bg: 'Питани са {} пъти регистри, а не трябваше.',
    en: 'Registries were asked {} times, and should not have been.',
  },
  deferred: {
    bg: 'Регистър не отговори навреме: 202, въпросът чака в опашката; отговорът идва най-късно в {}',
    en: 'A registry did not answer in time: 202, its questions wait in the queue; the answer comes by {}',
  },
  callback: {
    bg: 'Отговорът дойде по-късно; известието за него е получено и подписът му е верен',
    en: 'The answer came later; the callback that tells of it was received, and its signature holds',
  },
  noCallback: { bg: 'Не дойде известие с верен подпис', en: 'No callback came whose signature holds' },
  receipt: { bg: 'Разписка: запис {} от {} в дневника', en: 'Receipt: entry {} of {} in the log' },
  asExpected: { bg: 'Всичко е както в таблицата на сценариите.', en: 'All is as the table of scenarios says.' },
  notExpected: { bg: 'НЕ е както в таблицата на сценариите:', en: 'NOT as the table of scenarios says:' },
  next: { bg: 'Опитайте сега:', en: 'Try next:' },
  nextServe: { bg: 'пуснете edno и го оставете да работи', en: 'start edno and leave it running' },
  nextOther: {
    bg: 'същото заявление с друг номер: прегледът е изтекъл',
    en: 'the same application with another plate: the inspection has expired',
  },
  nextRefused: { bg: 'община без разрешение получава отказ', en: 'a municipality without a grant is refused' },
  saved: { bg: 'Доказателствата са в {}; проверка: {}', en: 'The evidence is in {}; check it with: {}' },
  nothingKept: {
    bg: 'Нищо не е запазено: отказът не е отговор и няма разписка.',
    en: 'Nothing was kept: a refusal is no answer and has no receipt.',
  },
} as const satisfies Record<string, LocalisedText>

export const CHECK_WORDS: Readonly<Record<CheckResult, LocalisedText>> = {
  pass: { bg: 'да', en: 'yes' },
  fail: { bg: 'НЕ', en: 'NO' },
  unknown: { bg: 'не може да се каже', en: 'unknown' },
}

export { fill } from '../../model/fill.ts'
export { OUTCOME_WORDS, STATUS_WORDS } from '../../model/words.ts'
