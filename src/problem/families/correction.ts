import type { Row } from './row.ts'

/** Errors in the data of registries, as they are reported to their owners. */
export const CORRECTION_PROBLEMS = {
  'correction.unknown': {
    status: 404,
    retry: 'never',
    bg: 'Няма такова съобщение за грешка',
    en: 'There is no such correction',
    doBg: 'Проверете номера; съобщенията за чужди регистри и обмени не се виждат.',
    doEn: 'Check the id; corrections about the registries and exchanges of others are not visible.',
  },
  'correction.no-answer': {
    status: 409,
    retry: 'never',
    bg: 'Тази справка не е донесла отговор, в който да има грешка',
    en: 'This call brought no answer that could be wrong',
    doBg: 'Посочете справка от отговора с изход found или not-found.',
    doEn: 'Name a call of the answer whose outcome is found or not-found.',
  },
  'correction.field': {
    status: 422,
    retry: 'never',
    bg: 'Поле, което не е разкрито на потребителя, не може да бъде посочено за грешно',
    en: 'A field that was not disclosed to the consumer cannot be reported as wrong',
    doBg: 'Посочете полета, които стоят в отговора на обмена, или никое: тогава съобщението е за целия отговор на справката.',
    doEn: 'Name fields that stand in the answer of the exchange, or none: the report is about all that the call answered then.',
  },
  'correction.reported': {
    status: 409,
    retry: 'never',
    bg: 'За същото вече е съобщено',
    en: 'The same is reported already',
    doBg: 'Вижте докъде е стигнало с GET /v1/corrections.',
    doEn: 'See how far it is by GET /v1/corrections.',
  },
  'correction.closed': {
    status: 409,
    retry: 'never',
    bg: 'Съобщението е приключено',
    en: 'The correction is closed',
    doBg: 'Ако грешката остава, подателят може да съобщи за нея отново.',
    doEn: 'Where the error remains, its consumer can report it again.',
  },
} as const satisfies Record<string, Row>
