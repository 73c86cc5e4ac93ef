import type { LocalisedText } from '../../model/localised.ts'
import type { LookCode } from '../../witness/follow.ts'

/** What one look at a log came to; {0} the address, {1} the log, {2} its entries, {3} those shown before. docs/witness.md tells what to do. */
export const LOOK_SENTENCES: Readonly<Record<LookCode, LocalisedText>> = {
  cosigned: { bg: 'подписано: {1}, записи {2}', en: 'cosigned: {1}, {2} entries' },
  'no-answer': {
    bg: '{0} не отговаря, или на сертификата му няма вяра (--ca); нищо не е подписано',
    en: '{0} does not answer, or its certificate is not believed (--ca); nothing cosigned',
  },
  'no-checkpoint': {
    bg: '{0} не дава контролна точка; нищо не е подписано',
    en: '{0} serves no checkpoint; nothing cosigned',
  },
  'unknown-log': {
    bg: '{0} дава контролна точка на дневник, чийто ключ не е посочен с --log; нищо не е подписано',
    en: '{0} serves a checkpoint of a log whose key was not named with --log; nothing cosigned',
  },
  'not-signed': {
    bg: '{0} дава контролна точка, която ключът на дневника не е подписал; нищо не е подписано',
    en: "{0} serves a checkpoint that the log's key did not sign; nothing cosigned",
  },
  'no-tiles': {
    bg: '{0} дава глава с {2} записа, но не и плочките ѝ; нищо не е подписано',
    en: '{0} serves a head of {2} entries and not its tiles; nothing cosigned',
  },
  overtaken: {
    bg: 'междувременно беше подписана друга глава на {1}',
    en: 'another head of {1} was cosigned meanwhile',
  },
  forked: {
    bg: 'ТРЕВОГА: ключът на {1} е подписал глава с {2} записа, която не продължава показаните преди {3}: историята е друга. Главата се пази',
    en: 'ALARM: the key of {1} signed a head of {2} entries that does not continue the {3} shown before: another history. The head is kept',
  },
  shrunk: {
    bg: 'ТРЕВОГА: {1} показва {2} записа, а беше показал {3}: записи са отрязани, дневникът е върнат назад, или това е старо копие',
    en: 'ALARM: {1} shows {2} entries and had shown {3}: entries were cut off, the log was rolled back, or this is an old copy',
  },
}

export const WITNESS_WORDS = {
  listens: { bg: '{0} приема контролни точки на {1}; pid {2}', en: '{0} takes checkpoints at {1}; pid {2}' },
  follows: { bg: '{0} следи {1}; pid {2}', en: '{0} follows {1}; pid {2}' },
  sentFork: {
    bg: 'ТРЕВОГА: ключът на {0} е подписал две различни глави с {1} записа. Втората се пази',
    en: 'ALARM: the key of {0} signed two different heads of {1} entries. The second is kept',
  },
  sentUnproven: {
    bg: 'някой изпрати глава на {0} с {1} записа и доказателство, което не е вярно; нищо не е подписано. Главата се пази',
    en: 'somebody sent a head of {0} with {1} entries and a proof that does not hold; nothing cosigned. The head is kept',
  },
  broken: { bg: 'ТРЕВОГА: свидетелят не може да работи: {0}', en: 'ALARM: the witness cannot work: {0}' },
  head: { bg: '{0}: записи {1}, подписано в {2}', en: '{0}: {1} entries, cosigned at {2}' },
  none: { bg: 'още нищо не е подписано', en: 'nothing was cosigned yet' },
  old: {
    bg: '  ✗ по-старо от допустимото ({0} s)',
    en: '  ✗ older than it may be ({0} s)',
  },
  kept: {
    forked: {
      bg: '  ✗ ТРЕВОГА: пази се глава, която не продължава показаното преди нея: {0}',
      en: '  ✗ ALARM: a head is kept that does not continue what was shown before it: {0}',
    },
    unproven: {
      bg: '  ? пази се глава, изпратена с невярно доказателство: {0}',
      en: '  ? a head is kept that was sent with a proof that does not hold: {0}',
    },
  },
} as const

/** Each place by its number: the languages do not name them in one order. */
export const inPlaces = (sentence: string, ...values: readonly (string | number)[]): string =>
  sentence.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)] ?? ''))
