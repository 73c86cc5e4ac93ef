import type { Row } from './row.ts'

/** Governance: who may ask what. */
export const ACCESS_PROBLEMS = {
  'access.unauthenticated': {
    status: 401,
    retry: 'never',
    bg: 'Няма клиентски сертификат',
    en: 'There is no client certificate',
    doBg: 'Свържете се с клиентския сертификат на администрацията си.',
    doEn: 'Connect with the client certificate of your administration.',
  },
  'access.unknown-party': {
    status: 403,
    retry: 'never',
    bg: 'Клиентският сертификат не принадлежи на участник',
    en: 'The client certificate belongs to no party',
    doBg: 'Регистрирайте клиентския сертификат при оператора.',
    doEn: 'Have the client certificate registered by the operator.',
  },
  'access.suspended': {
    status: 403,
    retry: 'never',
    bg: 'Участникът е спрян',
    en: 'The party is suspended',
    doBg: 'Обърнете се към оператора.',
    doEn: 'Ask the operator.',
  },
  'access.not-granted': {
    status: 403,
    retry: 'never',
    bg: 'Няма действащо разрешение за тази услуга',
    en: 'There is no valid grant for this service',
    doBg: 'Вижте с edno explain чие съгласие липсва и го поискайте.',
    doEn: 'See with edno explain whose approval is missing, and ask for it.',
  },
  'access.legal-basis': {
    status: 403,
    retry: 'never',
    bg: 'Правното основание не е обхванато от разрешението',
    en: 'The legal basis is not covered by the grant',
    doBg: 'Посочете основание, което услугата и разрешението допускат.',
    doEn: 'Name a legal basis that both the service and the grant allow.',
  },
} as const satisfies Record<string, Row>
