import type { LocalisedText } from '../../model/localised.ts'

/** The sentences of `edno subject report` and of the page that it makes. `{}` takes the values in order. */
export const WORDS = {
  title: { bg: 'Кой е питал за мен', en: 'Who asked about me' },
  lead: {
    bg: 'Тук е всеки обмен през edno, в който администрация е питала регистри за лицето, чийто номер е даден при съставянето на тази справка. Показано е кой, кога, за какво и на какво основание е питал, но не и какво е отговорено: то е у администрацията, която е питала.',
    en: 'Every exchange through edno in which an administration asked registries about the person whose number was given when this report was made. It shows who asked, when, what for and on which legal basis, not what was answered: that is with the administration that asked.',
  },
  period: { bg: 'За времето от {} до {} (часът е на София)', en: 'From {} to {} (times of Sofia)' },
  made: { bg: 'Съставена на {}', en: 'Made on {}' },
  count: { bg: 'Обмени: {}', en: 'Exchanges: {}' },
  none: {
    bg: 'За това време никоя администрация не е питала за лицето.',
    en: 'In this time no administration asked about the person.',
  },
  when: { bg: 'Кога', en: 'When' },
  who: { bg: 'Кой е питал', en: 'Who asked' },
  why: { bg: 'За какво', en: 'What for' },
  basis: { bg: 'Правно основание', en: 'Legal basis' },
  whom: { bg: 'Кои регистри', en: 'Which registries' },
  nobody: { bg: 'никой регистър не е запитан', en: 'no registry was asked' },
  as: { bg: 'Като какво', en: 'As what' },
  id: { bg: 'Номер на обмена', en: 'Number of the exchange' },
  note: {
    bg: 'Обмен по разследване може да е скрит до определена дата, когато законът го допуска; тогава той не е в тази справка. Обмени, чийто срок на пазене е изтекъл, са изтрити. При въпроси или грешка се обърнете към администрацията, която е питала, и посочете номера на обмена.',
    en: 'Where the law allows it, an exchange of an investigation may be hidden until a date; it is not in this report then. Exchanges whose time of keeping is over are deleted. With questions, or where something is wrong, ask the administration that asked, and name the number of the exchange.',
  },
  parts: {
    applicant: { bg: 'заявител', en: 'applicant' },
    representative: { bg: 'представляващ', en: 'representative' },
    subject: { bg: 'лице, за което е питано', en: 'person asked about' },
  },
  page: { bg: 'страница {}', en: 'page {}' },
  written: { bg: 'Справката е в {} (обмени: {}).', en: 'The report is in {} (exchanges: {}).' },
} as const satisfies Record<string, LocalisedText | Record<string, LocalisedText>>
