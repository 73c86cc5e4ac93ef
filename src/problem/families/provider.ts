import type { Row } from './row.ts'

/** A registry owner must act. */
export const PROVIDER_PROBLEMS = {
  'provider.unavailable': {
    status: 502,
    retry: 'new-id',
    bg: 'Регистърът не отговаря',
    en: 'The registry could not be reached',
    doBg: 'Опитайте по-късно с нов ExchangeId.',
    doEn: 'Try again later with a new ExchangeId.',
  },
  'provider.timeout': {
    status: 504,
    retry: 'new-id',
    bg: 'Регистърът не отговори навреме',
    en: 'The registry did not answer in time',
    doBg: 'Опитайте по-късно с нов ExchangeId.',
    doEn: 'Try again later with a new ExchangeId.',
  },
  'provider.refused': {
    status: 502,
    retry: 'never',
    bg: 'Регистърът отказа',
    en: 'The registry refused',
    doBg: 'Обърнете се към собственика на регистъра.',
    doEn: 'Ask the owner of the registry.',
  },
  'provider.bad-answer': {
    status: 502,
    retry: 'new-id',
    bg: 'Отговорът на регистъра не отговаря на договора му',
    en: "The registry's answer does not match its contract",
    doBg: 'Собственикът на регистъра трябва да поправи отговора.',
    doEn: 'The owner of the registry must mend the answer.',
  },
  'provider.other-subject': {
    status: 502,
    retry: 'new-id',
    bg: 'Регистърът отговори за друго лице или вещ',
    en: 'The registry answered about somebody or something else',
    doBg: 'Отговорът е изхвърлен. Собственикът на регистъра трябва да провери.',
    doEn: 'The answer was thrown away. The owner of the registry must look into it.',
  },
  'provider.adapter-defect': {
    status: 502,
    retry: 'new-id',
    bg: 'Грешка в адаптера на регистъра',
    en: "The registry's adapter failed",
    doBg: 'Собственикът на адаптера трябва да го поправи.',
    doEn: 'The owner of the adapter must mend it.',
  },
  'provider.required-missing': {
    status: 502,
    retry: 'new-id',
    bg: 'Липсва задължителна част от отговора',
    en: 'A required part of the answer is missing',
    doBg: 'Вижте коя част липсва и защо; за нов опит е нужен нов ExchangeId.',
    doEn: 'See which part is missing and why; trying again takes a new ExchangeId.',
  },
} as const satisfies Record<string, Row>
