import type { Row } from './row.ts'

/** The caller asks about an exchange. */
export const EXCHANGE_PROBLEMS = {
  'exchange.unknown': {
    status: 404,
    retry: 'never',
    bg: 'Няма такъв обмен',
    en: 'There is no such exchange',
    doBg: 'Проверете номера; чуждите обмени не се виждат.',
    doEn: 'Check the id; the exchanges of others are not visible.',
  },
  'exchange.expired': {
    status: 410,
    retry: 'never',
    bg: 'Срокът за пазене на отговора е изтекъл',
    en: 'The answer is no longer kept',
    doBg: 'Подайте ново заявление; записът и разписката остават.',
    doEn: 'Send a new application; the log entry and the receipt remain.',
  },
  'exchange.closed': {
    status: 409,
    retry: 'never',
    bg: 'Обменът вече има своя отговор',
    en: 'The exchange has its answer already',
    doBg: 'Вземете отговора с GET /v1/exchanges/{id}; отговорен обмен не се прекратява.',
    doEn: 'Fetch the answer by GET /v1/exchanges/{id}; an exchange that is answered is not cancelled.',
  },
  'exchange.unanswered': {
    status: 409,
    retry: 'later',
    bg: 'Обменът още няма отговор',
    en: 'The exchange has no answer yet',
    doBg: 'Потвърдете, когато отговорът е при вас.',
    doEn: 'Acknowledge once the answer is with you.',
  },
  'exchange.other-answer': {
    status: 422,
    retry: 'never',
    bg: 'Потвърждението е за друг отговор',
    en: 'The acknowledgement is of another answer',
    doBg: 'Подпишете отпечатъка SHA-256 на байтовете на отговора, както са получени, и номера на същия обмен.',
    doEn: 'Sign the SHA-256 of the bytes of the answer as they came, and the id of the same exchange.',
  },
  'exchange.acknowledged': {
    status: 409,
    retry: 'never',
    bg: 'Отговорът вече е потвърден',
    en: 'The answer is acknowledged already',
    doBg: 'Нищо: първото потвърждение важи.',
    doEn: 'Nothing: the first acknowledgement stands.',
  },
  'exchange.cancelled': {
    status: 409,
    retry: 'new-id',
    bg: 'Обменът е прекратен от подателя си',
    en: 'The exchange was cancelled by its sender',
    doBg: 'Подайте ново заявление с нов ExchangeId, ако данните са още нужни.',
    doEn: 'Send a new application with a new ExchangeId if the data is still needed.',
  },
} as const satisfies Record<string, Row>
