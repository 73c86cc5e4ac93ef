import type { Row } from './row.ts'

/** The caller's choice of service. */
export const SERVICE_PROBLEMS = {
  'service.unknown': {
    status: 404,
    retry: 'never',
    bg: 'Няма такава услуга или версия',
    en: 'There is no such service or version',
    doBg: 'Услугите са изброени в /v1/services.',
    doEn: 'The services are listed at /v1/services.',
  },
  'service.input': {
    status: 422,
    retry: 'never',
    bg: 'Данните за услугата не са верни',
    en: 'The body does not match what the service asks for',
    doBg: 'Поправете назованите полета: форма, контролна цифра или липсваща стойност.',
    doEn: 'Mend the fields that are named: form, check digit or missing value.',
  },
  'service.hiding': {
    status: 422,
    retry: 'never',
    bg: 'Обменът не може да бъде скрит или не за толкова дълго',
    en: 'The exchange cannot be hidden, or not for so long',
    doBg: 'Махнете HiddenUntil или посочете дата, до която услугата допуска скриване (hiding в описанието ѝ).',
    doEn: 'Leave HiddenUntil out, or name a date up to which the service allows it (hiding in its description).',
  },
} as const satisfies Record<string, Row>
