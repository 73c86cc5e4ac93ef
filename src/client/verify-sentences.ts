import type { FindingCode, Verdict } from './verify-exchange.ts'
import type { LocalisedText } from '../model/localised.ts'

interface Sentences {
  readonly holds: LocalisedText
  readonly fails: LocalisedText
}

/** What each finding means to a person, when it holds and when it does not. */
export const SENTENCES: Readonly<Record<FindingCode, Sentences>> = {
  'answer.signature': {
    holds: {
      bg: 'Отговорът е подписан от edno и не е променян.',
      en: 'The answer was signed by edno and has not been changed.',
    },
    fails: {
      bg: 'Подписът на отговора НЕ е верен: отговорът е променен или не е от този edno.',
      en: 'The signature of the answer does NOT match: it was changed, or is not from this edno.',
    },
  },
  'answer.certificate-dates': {
    holds: {
      bg: 'Сертификатът на edno е бил в срок, когато отговорът казва, че е издаден.',
      en: "edno's certificate was in its dates when the answer says it was issued.",
    },
    fails: {
      bg: 'Сертификатът на edno НЕ е бил в срок, когато отговорът казва, че е издаден.',
      en: "edno's certificate was NOT in its dates when the answer says it was issued.",
    },
  },
  'answer.time-stamp': {
    holds: {
      bg: 'Подписът на отговора има времеви печат: {}, от {}.',
      en: 'The signature of the answer was time-stamped: {}, by {}.',
    },
    fails: {
      bg: 'Времевият печат на отговора НЕ е верен или НЕ е за този подпис.',
      en: 'The time stamp of the answer does NOT hold or is NOT over this signature.',
    },
  },
  'answer.time-stamp-authority': {
    holds: {
      bg: 'Времевият печат е от удостоверител, на когото вярвате.',
      en: 'The time stamp is of an authority that you believe.',
    },
    fails: {
      bg: 'Времевият печат НЕ е от удостоверител, на когото вярвате.',
      en: 'The time stamp is NOT of an authority that you believe.',
    },
  },
  'answer.of-request': {
    holds: { bg: 'Отговорът е точно на това заявление.', en: 'The answer is to exactly this application.' },
    fails: { bg: 'Отговорът НЕ е на това заявление.', en: 'The answer is NOT to this application.' },
  },
  'application.signature': {
    holds: {
      bg: 'Заявлението е подписано с този сертификат на администрацията.',
      en: "The application was signed with this administration's certificate.",
    },
    fails: {
      bg: 'Подписът на заявлението НЕ е верен за този сертификат.',
      en: 'The signature of the application does NOT match this certificate.',
    },
  },
  'application.same-exchange': {
    holds: {
      bg: 'Заявление и отговор носят един и същ номер на обмен.',
      en: 'Application and answer bear the same exchange id.',
    },
    fails: {
      bg: 'Заявление и отговор НЕ носят един и същ номер.',
      en: 'Application and answer do NOT bear the same exchange id.',
    },
  },
  'entry.form': {
    holds: { bg: 'Записът в дневника е четим.', en: 'The log entry can be read.' },
    fails: { bg: 'Записът в дневника НЕ е четим.', en: 'The log entry can NOT be read.' },
  },
  'entry.same-exchange': {
    holds: { bg: 'Записът е за този обмен.', en: 'The log entry is about this exchange.' },
    fails: { bg: 'Записът е за ДРУГ обмен.', en: 'The log entry is about ANOTHER exchange.' },
  },
  'proof.form': {
    holds: { bg: 'Доказателството е четимо.', en: 'The proof can be read.' },
    fails: { bg: 'Доказателството НЕ е четимо.', en: 'The proof can NOT be read.' },
  },
  'checkpoint.witnesses': {
    holds: {
      bg: 'Свидетелите са подписали същата глава на дневника: {}.',
      en: 'The witnesses cosigned the same head of the log: {}.',
    },
    fails: {
      bg: 'Свидетел, когото посочихте, НЕ е подписал тази глава на дневника.',
      en: 'A witness that you named did NOT cosign this head of the log.',
    },
  },
  'checkpoint.signature': {
    holds: {
      bg: 'Контролната точка на дневника е подписана с неговия ключ.',
      en: "The log's checkpoint is signed with the log's key.",
    },
    fails: {
      bg: 'Контролната точка на дневника НЕ е подписана с неговия ключ.',
      en: "The log's checkpoint is NOT signed with the log's key.",
    },
  },
  'log.inclusion': {
    holds: { bg: 'Записът стои в дневника.', en: 'The entry stands in the log.' },
    fails: { bg: 'Записът НЕ стои в дневника.', en: 'The entry does NOT stand in the log.' },
  },
  'request.commitment': {
    holds: { bg: 'Записът се отнася точно до това заявление.', en: 'The entry commits to exactly this application.' },
    fails: { bg: 'Записът НЕ се отнася до това заявление.', en: 'The entry does NOT commit to this application.' },
  },
  'answer.commitment': {
    holds: { bg: 'Записът се отнася точно до този отговор.', en: 'The entry commits to exactly this answer.' },
    fails: { bg: 'Записът НЕ се отнася до този отговор.', en: 'The entry does NOT commit to this answer.' },
  },
}

const OF_STAMPS = Object.keys(SENTENCES).filter((what) => what.startsWith('answer.time-stamp')).length

/** How many things there are to look into where every piece is at hand; those of a time stamp only where there is one. */
export const allFindings = ({ findings }: Pick<Verdict, 'findings'>): number =>
  Object.keys(SENTENCES).length -
  (findings.some(({ what }) => what === 'answer.time-stamp') ? 0 : OF_STAMPS) -
  (findings.some(({ what }) => what === 'checkpoint.witnesses') ? 0 : 1)

/** The last line; `{}` takes how many were looked into, and of how many. */
export const VERDICT_WORDS = {
  holds: {
    bg: 'Всичко, което можа да се провери, е вярно: проверени са {} от {}',
    en: 'Everything that could be checked holds: checked {} of {}',
  },
  fails: { bg: 'НЕ всичко е вярно: проверени са {} от {}', en: 'NOT everything holds: checked {} of {}' },
  notChecked: { bg: 'не са проверени: {}', en: 'not checked: {}' },
  afterFailure: { bg: 'което зависи от невярното', en: 'what depends on that which does not hold' },
} as const satisfies Record<string, LocalisedText>

/** What cannot be looked into without each piece. */
export const UNCHECKED: Readonly<Record<Verdict['missing'][number], LocalisedText>> = {
  application: { bg: 'заявлението', en: 'the application' },
  consumerCertificate: { bg: 'кой е подписал заявлението', en: 'who signed the application' },
  receipt: { bg: 'дневникът', en: 'the log' },
  logKey: { bg: 'ключът на дневника', en: "the log's key" },
  timeStampAuthorities: { bg: 'чий е времевият печат', en: 'whose the time stamp is' },
}

export const OWN_KEYS: LocalisedText = {
  bg: 'Ключовете са тези, които лежат до отговора. Сравнете ги с получените по друг път, или ги посочете с --broker-certificate и --log-key:',
  en: 'The keys are those that lay beside the answer. Compare them with what you were given by another way, or name yours with --broker-certificate and --log-key:',
}

export const MISSING: Readonly<Record<Verdict['missing'][number], LocalisedText>> = {
  application: {
    bg: 'Няма заявление: не може да се каже на какво е отговорът.',
    en: 'There is no application: it cannot be said what the answer is to.',
  },
  consumerCertificate: {
    bg: 'Няма сертификат на администрацията: не може да се каже кой е подписал заявлението.',
    en: "There is no administration's certificate: it cannot be said who signed the application.",
  },
  receipt: {
    bg: 'Няма разписка: не може да се каже дали дневникът държи този обмен.',
    en: 'There is no receipt: it cannot be said whether the log holds this exchange.',
  },
  logKey: {
    bg: 'Няма ключ на дневника: разписката не може да се провери.',
    en: 'There is no log key: the receipt cannot be checked.',
  },
  timeStampAuthorities: {
    bg: 'Няма удостоверител на времеви печати: не може да се каже дали на този да се вярва. Посочете го с --time-stamp-authorities.',
    en: 'There is no authority of time stamps: it cannot be said whether this one is to be believed. Name yours with --time-stamp-authorities.',
  },
}
