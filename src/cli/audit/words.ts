import type { LocalisedText } from '../../model/localised.ts'

/** The sentences of `edno audit`. `{}` takes the values in order. */
export const WORDS = {
  total: { bg: 'показани {} от {}', en: '{} of {} shown' },
  moreThan: { bg: 'повече от {}', en: 'more than {}' },
  states: {
    running: { bg: 'тече', en: 'running' },
    deferred: { bg: 'отложен', en: 'deferred' },
    closed: { bg: '–', en: '–' },
  },
  received: { bg: 'получено', en: 'received' },
  closed: { bg: 'приключено', en: 'closed' },
  behalf: { bg: 'от името на', en: 'on behalf of' },
  basis: { bg: 'правно основание', en: 'legal basis' },
  case: { bg: 'преписка', en: 'case' },
  official: { bg: 'служител (знак)', en: 'official (mark)' },
  certificate: { bg: 'подписано със сертификат', en: 'signed with the certificate' },
  grant: { bg: 'разрешение', en: 'grant' },
  agreements: { bg: 'споразумения', en: 'agreements' },
  kept: { bg: 'съдържанието се пази до', en: 'content is kept until' },
  content: { bg: 'съдържание', en: 'content' },
  erased: { bg: 'заличено по разпореждане', en: 'erased on order' },
  deleted: { bg: 'изтрито, срокът му е изтекъл', en: 'deleted, its time is over' },
  hiddenFromPersons: { bg: 'скрито от лицата до', en: 'hidden from persons until' },
  incident: { bg: 'инцидент: {} · {} · {} · {}', en: 'incident: {} · {} · {} · {}' },
  attempt: { bg: 'опит {}: {} – {} · {}', en: 'attempt {}: {} – {} · {}' },
  hidden: { bg: 'скрито до {}', en: 'hidden until {}' },
  parts: {
    applicant: { bg: 'заявител', en: 'applicant' },
    representative: { bg: 'представляващ', en: 'representative' },
    subject: { bg: 'лице, за което е питано', en: 'asked about' },
  },
  entry: { bg: 'запис в дневника: {} · {} · място {}', en: 'entry of the log: {} · {} · place {}' },
} as const satisfies Record<string, LocalisedText | Record<string, LocalisedText>>

/** Headings of `edno audit report`. */
export const REPORT_WORDS = {
  period: { bg: 'от {} до {}', en: 'from {} to {}' },
  refusals: { bg: 'Откази по причина', en: 'Refusals by reason' },
  failures: { bg: 'Справки без отговор', en: 'Calls without an answer' },
  withoutCase: { bg: 'Въпроси без открита преписка', en: 'Questions without an open case' },
  noCases: { bg: '(не съобщава преписките си)', en: '(tells edno of no cases)' },
  officials: { bg: 'Необичайни дни на служители', en: 'Unusual days of officials' },
  hours: { bg: 'Необичайни часове', en: 'Unusual hours' },
  usually: { bg: '{} (обичайно {})', en: '{} (usually {})' },
  outsideHours: { bg: 'Нощем и в почивни дни', en: 'At night and at weekends' },
  askedByMany: { bg: 'Едно лице, за което са питали мнозина', en: 'One person asked for by many' },
  byMany: { bg: 'администрации: {} · служители: {} · обмени: {}', en: 'consumers: {} · officials: {} · exchanges: {}' },
  corrections: { bg: 'Съобщени грешки', en: 'Errors reported' },
  leftOut: { bg: 'Какво тази справка не може да каже', en: 'What this report cannot tell' },
  none: { bg: '–', en: '–' },
} as const satisfies Record<string, LocalisedText>

/** The sentences of `edno audit open`. */
export const OPEN_WORDS = {
  open: {
    bg: 'Отворете в браузъра на тази машина (адресът важи веднъж): {}',
    en: 'Open in a browser of this machine (the address is good once): {}',
  },
  lasts: {
    bg: 'Изгледът свършва с Ctrl-C или след {} минути без поглед.',
    en: 'The view ends with Ctrl-C, or when nobody looked for {} minutes.',
  },
  direct: {
    bg: 'С одиторския сертификат в браузъра: {}',
    en: "With the auditor's certificate in the browser: {}",
  },
} as const satisfies Record<string, LocalisedText>
