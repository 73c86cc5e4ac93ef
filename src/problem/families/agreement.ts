import type { Row } from './row.ts'

/** Agreements between consumers and owners of registries. */
export const AGREEMENT_PROBLEMS = {
  'agreement.unknown': {
    status: 404,
    retry: 'never',
    bg: 'Няма такова споразумение',
    en: 'There is no such agreement',
    doBg: 'Вижте споразуменията си с edno access list.',
    doEn: 'See your agreements with edno access list.',
  },
  'agreement.content': {
    status: 422,
    retry: 'never',
    bg: 'Споразумението или действието по него не е съставено правилно',
    en: 'The agreement, or the act on it, is not made up rightly',
    doBg: 'Поправете посоченото и подпишете отново.',
    doEn: 'Mend what is named and sign again.',
  },
  'agreement.act-refused': {
    status: 409,
    retry: 'never',
    bg: 'Споразумението не е в състояние, в което това действие е възможно',
    en: 'The agreement is not in a state in which this act is possible',
    doBg: 'Вижте състоянието и възможните действия с edno access show.',
    doEn: 'See its state and what is possible with edno access show.',
  },
  'agreement.not-a-side': {
    status: 403,
    retry: 'never',
    bg: 'Подписалият не е страна, която може да направи това',
    en: 'The signer is no side that may do this',
    doBg: 'Действието се подписва от страната, която назовава.',
    doEn: 'An act is signed by the side that it names.',
  },
} as const satisfies Record<string, Row>
