import type { LogFindingCode } from '../exchange-log/verify-log.ts'
import type { LocalisedText } from '../model/localised.ts'

/** What each finding about a whole log means to a person, when it holds and when it does not. */
export const LOG_SENTENCES: Readonly<
  Record<LogFindingCode, { readonly holds: LocalisedText; readonly fails: LocalisedText }>
> = {
  'checkpoint.signature': {
    holds: {
      bg: 'Контролната точка е подписана с ключа на дневника.',
      en: "The checkpoint is signed with the log's key.",
    },
    fails: {
      bg: 'Контролната точка НЕ е подписана с ключа на дневника, или е на друг дневник.',
      en: "The checkpoint is NOT signed with the log's key, or is of another log.",
    },
  },
  'log.consistent': {
    holds: {
      bg: 'Дневникът продължава контролната точка, която пазите.',
      en: 'The log continues the checkpoint that you kept.',
    },
    fails: {
      bg: 'Дневникът НЕ продължава контролната точка, която пазите: историята е сменена или скъсена.',
      en: 'The log does NOT continue the checkpoint that you kept: its history was replaced or cut.',
    },
  },
  'heads.consistent': {
    holds: {
      bg: 'Дневникът продължава всички контролни точки, които лежат до него.',
      en: 'The log continues every checkpoint that lies beside it.',
    },
    fails: {
      bg: 'Дневникът НЕ продължава контролна точка, която лежи до него.',
      en: 'The log does NOT continue a checkpoint that lies beside it.',
    },
  },
  'entries.root': {
    holds: {
      bg: 'Всички записи са налице и дават подписания корен.',
      en: 'All entries are there and give the signed root.',
    },
    fails: { bg: 'Записите НЕ дават подписания корен.', en: 'The entries do NOT give the signed root.' },
  },
  'tiles.derived': {
    holds: { bg: 'Всички плочки следват от записите.', en: 'Every tile follows from the entries.' },
    fails: { bg: 'Плочка НЕ следва от записите.', en: 'A tile does NOT follow from the entries.' },
  },
  'entries.form': {
    holds: {
      bg: 'Всеки запис е каноничен, от познат вид, и казва само това, което този вид казва.',
      en: 'Every entry is canonical, of a known kind, and says only what that kind says.',
    },
    fails: {
      bg: 'Запис НЕ е каноничен, НЕ е от познат вид, или НЕ казва това, което този вид казва.',
      en: 'An entry is NOT canonical, NOT of a known kind, or does NOT say what that kind says.',
    },
  },
  'entries.order': {
    holds: {
      bg: 'Всеки обмен е отворен веднъж, отговорен най-много веднъж, и нищо за него не стои преди това.',
      en: 'Every exchange was opened once, answered once at most, and nothing of it stands before that.',
    },
    fails: {
      bg: 'Запис за обмен стои НЕ на мястото си: преди отварянето, преди отговора, или втори път.',
      en: 'An entry of an exchange is NOT in its place: before the opening, before the answer, or a second time.',
    },
  },
  'checkpoint.witnesses': {
    holds: {
      bg: 'Всички посочени свидетели са подписали тази контролна точка.',
      en: 'Every witness that you named cosigned this checkpoint.',
    },
    fails: {
      bg: 'Свидетел, когото посочихте, НЕ е подписал тази контролна точка.',
      en: 'A witness that you named did NOT cosign this checkpoint.',
    },
  },
  'stamps.hold': {
    holds: {
      bg: 'Времевите печати са цели и са върху контролни точки, които дневникът продължава.',
      en: 'The time stamps are whole and over checkpoints that the log continues.',
    },
    fails: {
      bg: 'Няма времеви печат, или печат НЕ е върху контролна точка, която дневникът продължава.',
      en: 'There is no time stamp, or one is NOT over a checkpoint that the log continues.',
    },
  },
  'stamps.authority': {
    holds: {
      bg: 'Времевите печати са от удостоверител, на когото вярвате.',
      en: 'The time stamps are of an authority that you believe.',
    },
    fails: {
      bg: 'Времеви печат НЕ е от удостоверител, на когото вярвате.',
      en: 'A time stamp is NOT of an authority that you believe.',
    },
  },
  'stamps.time': {
    holds: {
      bg: 'Нито един запис под печат не твърди, че е от по-късно.',
      en: 'No entry under a time stamp claims to be of a later time.',
    },
    fails: {
      bg: 'Запис под времеви печат твърди, че е от ПО-КЪСНО: часовник или дата са сменени.',
      en: 'An entry under a time stamp claims to be of a LATER time: a clock or a date was changed.',
    },
  },
  'entries.time': {
    holds: { bg: 'Времето на записите не тече назад.', en: 'The times of the entries do not run backwards.' },
    fails: { bg: 'Времето на записите тече НАЗАД.', en: 'The times of the entries run BACKWARDS.' },
  },
}

export const LOG_WORDS = {
  head: { bg: '{}, записи: {}', en: '{}, entries: {}' },
  span: { bg: '  прочетени записи: {}, от {} до {}', en: '  entries read: {}, from {} to {}' },
  stamped: { bg: '  времеви печат до запис {}: {}, от {}', en: '  time-stamped up to entry {}: {}, by {}' },
  cosigned: { bg: '  свидетел: {}, {}', en: '  witness: {}, {}' },
  exchanges: { bg: '  обмени: отворени {}, отговорени {}', en: '  exchanges: {} opened, {} answered' },
  exported: { bg: '  нови записи: {}, написани файлове: {} в {}', en: '  entries added: {}, files written: {} in {}' },
  unchecked: { bg: 'не може да се каже: {}', en: 'it cannot be said: {}' },
  ownKey: {
    bg: 'Ключът е този, който дневникът сам носи. Сравнете го с получения по друг път, или го посочете с --vkey:',
    en: 'The key is the one that the log itself brings. Compare it with what you were given by another way, or name yours with --vkey:',
  },
  holds: { bg: 'Целият дневник е верен.', en: 'The whole log holds.' },
  fails: { bg: 'Дневникът НЕ е верен.', en: 'The log does NOT hold.' },
} as const satisfies Record<string, LocalisedText>
