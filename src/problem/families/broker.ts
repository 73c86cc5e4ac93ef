import type { Row } from './row.ts'

/** Edno's operator must act. */
export const BROKER_PROBLEMS = {
  'broker.internal': {
    status: 500,
    retry: 'later',
    bg: 'Вътрешна грешка на edno',
    en: 'edno failed',
    doBg: 'Опитайте по-късно със същото заявление; операторът вижда причината.',
    doEn: 'Try again later with the same application; the operator sees the cause.',
  },
  'broker.signing': {
    status: 503,
    retry: 'later',
    bg: 'Отговорът още не можа да бъде подписан или снабден с времеви печат',
    en: 'The answer could not be signed or time-stamped yet',
    doBg: 'Опитайте по-късно със същото заявление; обменът остава отворен и получава отговора си, щом може да бъде подписан.',
    doEn: 'Try again later with the same application; the exchange stays open and gets its answer once it can be signed.',
  },
  'broker.log-unavailable': {
    status: 503,
    retry: 'later',
    bg: 'Дневникът на обмените не може да се записва',
    en: 'The exchange log cannot be written',
    doBg: 'Опитайте по-късно със същото заявление; без запис никой не е питан.',
    doEn: 'Try again later with the same application; nobody is asked without an entry.',
  },
  'broker.stamps-overdue': {
    status: 503,
    retry: 'later',
    bg: 'Дневникът на обмените твърде дълго остава без времеви печат',
    en: 'The exchange log has gone without a time stamp for too long',
    doBg: 'Опитайте по-късно със същото заявление; нищо не е започнато. Операторът вижда причината.',
    doEn: 'Try again later with the same application; nothing was begun. The operator sees the cause.',
  },
  'broker.overloaded': {
    status: 503,
    retry: 'later',
    bg: 'edno обработва толкова обмени, колкото може',
    en: 'edno works on as many exchanges as it can',
    doBg: 'Опитайте след няколко секунди със същото заявление; нищо не е започнато.',
    doEn: 'Try again in a few seconds with the same application; nothing was begun.',
  },
  'broker.shutting-down': {
    status: 503,
    retry: 'later',
    bg: 'edno спира',
    en: 'edno is shutting down',
    doBg: 'Опитайте след малко със същото заявление.',
    doEn: 'Try again shortly with the same application.',
  },
} as const satisfies Record<string, Row>
