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
} as const satisfies Record<string, Row>
