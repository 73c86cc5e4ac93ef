import type { LocalisedText } from '../../model/localised.ts'

/** `{}` takes the values in order. */
export const WORDS = {
  title: { bg: 'Каталог на регистрите', en: 'Catalogue of registries' },
  skip: { bg: 'Към съдържанието', en: 'Skip to the content' },
  otherLanguage: { bg: 'In English', en: 'На български' },
  generated: {
    bg: 'Написано от edno по файловете на адаптерите и услугите, каквито са в момента. Лицата в примерите са измислени.',
    en: 'Written by edno from the files of adapters and services as they are now. Persons in examples are invented.',
  },
  registry: { bg: 'Регистър', en: 'Registry' },
  owner: { bg: 'Собственик', en: 'Owner' },
  operations: { bg: 'Справки', en: 'Operations' },
  transport: { bg: 'Връзка', en: 'Transport' },
  limits: { bg: 'Ограничения на собственика', en: 'Limits of the owner' },
  noLimits: { bg: 'няма', en: 'none' },
  concurrency: { bg: '{} въпроса едновременно', en: '{} questions at once' },
  ofOneProcess: { bg: '{} въпроса едновременно (на процес)', en: '{} questions at once (of one process)' },
  perSecond: { bg: '{} въпроса в секунда', en: '{} questions a second' },
  perMinute: { bg: '{} въпроса в минута', en: '{} questions a minute' },
  attempts: { bg: 'до {} опита', en: 'up to {} attempts' },
  downtime: { bg: 'не се пита от {} до {}: {}', en: 'not asked from {} to {}: {}' },
  signatures: { bg: 'Подписи на отговорите', en: 'Signatures of answers' },
  sha1: {
    bg: 'Изключение: приемат се и отговори, подписани със SHA-1, който вече не се смята за сигурен.',
    en: 'Exception: answers signed with SHA-1, which is no longer held to be secure, are believed too.',
  },
  services: { bg: 'Кой пита и на какво основание', en: 'What asks it, and on which basis' },
  noServices: { bg: 'Никоя услуга не го пита.', en: 'No service asks it.' },
  legalBases: { bg: 'Правни основания', en: 'Legal bases' },
  asks: { bg: 'Пита', en: 'Asks' },
  checks: { bg: 'Проверки за служителя', en: 'Checks for the clerk' },
  access: {
    bg: 'Достъп се дава с подписано споразумение за всяка услуга: docs/agreements.md.',
    en: 'Access is given by a signed agreement for each service: docs/agreements.md.',
  },
  synthetic: {
    bg: 'Измислена за демонстрацията: няма публикуван интерфейс.',
    en: 'Invented for the demonstration: no interface has been published.',
  },
  about: { bg: 'За кого може да се пита', en: 'Who may be asked about' },
  thing: { bg: 'за вещ или запис, по полето {}', en: 'about a thing or a record, by the field {}' },
  nobody: {
    bg: 'за никого: справката дава кодове и думи на регистъра',
    en: 'about nobody: it gives codes and words of the registry',
  },
  nobodyElse: {
    bg: 'отговор, в който има номер на лице, се отказва',
    en: 'an answer that holds the number of a person is refused',
  },
  noFields: { bg: 'Въпросът няма полета.', en: 'The question has no fields.' },
  person: { bg: '{}, по полето {}', en: '{}, by the field {}' },
  others: { bg: 'Данни за друг в отговора', en: 'Data of another in an answer' },
  regix: { bg: 'Име в RegiX', en: 'Name in RegiX' },
  leaves: { bg: 'Какво излиза', en: 'What leaves' },
  checksOnly: {
    bg: 'само отговори на проверки; нито едно поле, каквото и да е договорено',
    en: 'answers to checks only; no field, whatever is agreed',
  },
  agreedFields: { bg: 'полетата, за които собственикът се е съгласил', en: 'the fields that the owner agreed to' },
  time: { bg: 'Време за един опит', en: 'Time for one attempt' },
  milliseconds: { bg: '{} ms', en: '{} ms' },
  atOnce: { bg: 'Едновременно', en: 'At once' },
  again: { bg: 'Повтаря се след грешка', en: 'Asked again after a failure' },
  yes: { bg: 'да', en: 'yes' },
  no: { bg: 'не', en: 'no' },
  question: { bg: 'Въпрос', en: 'Question' },
  answer: { bg: 'Отговор', en: 'Answer' },
  field: { bg: 'Поле', en: 'Field' },
  meaning: { bg: 'Значение', en: 'Meaning' },
  kind: { bg: 'Вид', en: 'Kind' },
  required: { bg: 'задължително', en: 'required' },
  list: { bg: 'списък', en: 'list' },
  oneOf: { bg: 'едно от: {}', en: 'one of: {}' },
  example: { bg: 'Пример', en: 'Example' },
  all: { bg: 'Всички регистри', en: 'All registries' },
} as const satisfies Record<string, LocalisedText>

export const OTHERS = {
  refuse: { bg: 'целият отговор се отказва', en: 'the whole answer is refused' },
  drop: { bg: 'чуждите записи се изхвърлят', en: 'records of others are dropped' },
} as const satisfies Record<string, LocalisedText>

/** Formats and types of JSON Schema, and identifiers; any other is shown by its name. */
export const KINDS: Readonly<Record<string, LocalisedText>> = {
  string: { bg: 'текст', en: 'text' },
  number: { bg: 'число', en: 'number' },
  integer: { bg: 'цяло число', en: 'whole number' },
  boolean: { bg: 'да или не', en: 'yes or no' },
  date: { bg: 'дата', en: 'date' },
  'date-time': { bg: 'момент', en: 'instant' },
  egn: { bg: 'ЕГН', en: 'ЕГН (person)' },
  lnch: { bg: 'ЛНЧ', en: 'ЛНЧ (foreigner)' },
  eik: { bg: 'ЕИК', en: 'ЕИК (firm)' },
  plate: { bg: 'регистрационен номер на МПС', en: 'vehicle plate' },
  vin: { bg: 'номер на рама (VIN)', en: 'VIN' },
  ekatte: { bg: 'код по ЕКАТТЕ', en: 'ЕКАТТЕ code' },
}
