import type { RevocationSubject } from '../../evidence/layout.ts'
import type { LocalisedText } from '../../model/localised.ts'

export interface Sentences {
  readonly holds: LocalisedText
  readonly fails: LocalisedText
}

interface Named {
  readonly certificate: LocalisedText
  /** When it was relied on. */
  readonly then: LocalisedText
}

const NAMES: Readonly<Record<RevocationSubject, Named>> = {
  application: {
    certificate: {
      bg: 'сертификатът, с който е подписано заявлението',
      en: 'the certificate that signed the application',
    },
    then: { bg: 'когато edno го е получил', en: 'when edno received it' },
  },
  answer: {
    certificate: {
      bg: 'сертификатът, с който edno е подписал отговора',
      en: 'the certificate with which edno signed the answer',
    },
    then: { bg: 'когато edno е отговорил', en: 'when it answered' },
  },
  acknowledgement: {
    certificate: {
      bg: 'сертификатът, с който е подписано потвърждението',
      en: 'the certificate that signed the acknowledgement',
    },
    then: { bg: 'когато edno го е получил', en: 'when edno received it' },
  },
  'answer-stamp': {
    certificate: {
      bg: 'сертификатът, с който е поставен времевият печат на отговора',
      en: 'the certificate that time-stamped the answer',
    },
    then: { bg: 'когато печатът е поставен', en: 'when it stamped' },
  },
  'checkpoint-stamp': {
    certificate: {
      bg: 'сертификатът, с който е поставен времевият печат на контролната точка',
      en: 'the certificate that time-stamped the checkpoint',
    },
    then: { bg: 'когато печатът е поставен', en: 'when it stamped' },
  },
}

type Codes = `${RevocationSubject}.${'issuers' | 'not-revoked' | 'issuer-not-revoked'}`

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

/** `{}` takes who issued it; or by what it is shown, of when, and by whom; or why it is not. */
function sentencesOf({ certificate: { bg, en }, then }: Named): readonly Sentences[] {
  return [
    {
      holds: { bg: `${capital(bg)}, е издаден от {}.`, en: `${capital(en)} was issued by {}.` },
      fails: { bg: `${capital(bg)}, НЕ е издаден от {}.`, en: `${capital(en)} was NOT issued by {}.` },
    },
    {
      holds: {
        bg: `${capital(bg)}, не е бил отменен, ${then.bg}: така казва {} от {}, подписан от {}.`,
        en: `${capital(en)} was not revoked ${then.en}, as {} of {}, signed by {}, says.`,
      },
      fails: {
        bg: `Че ${bg}, не е бил отменен, ${then.bg}, НЕ е показано от {} на {}: {}.`,
        en: `That ${en} was not revoked ${then.en} is NOT shown by {} of {}: {}.`,
      },
    },
    {
      holds: {
        bg: `Сертификатът на издателя му не е бил отменен тогава: така казва {} от {}, подписан от {}.`,
        en: `The certificate of its issuer was not revoked then, as {} of {}, signed by {}, says.`,
      },
      fails: {
        bg: `Че сертификатът на издателя му не е бил отменен тогава, НЕ е показано от {} на {}: {}.`,
        en: `That the certificate of its issuer was not revoked then is NOT shown by {} of {}: {}.`,
      },
    },
  ]
}

const KINDS = ['issuers', 'not-revoked', 'issuer-not-revoked'] as const

export const REVOCATION_SENTENCES = Object.fromEntries(
  Object.entries(NAMES).flatMap(([of, named]) =>
    sentencesOf(named).map((said, at) => [`${of}.${KINDS[at] ?? ''}`, said]),
  ),
) as Readonly<Record<Codes, Sentences>>

/** Nothing is told of this one. */
export const REVOCATION_UNKNOWN = Object.fromEntries(
  Object.entries(NAMES).map(([of, { certificate, then }]) => [
    `${of}.revocation`,
    {
      bg: `Дали ${certificate.bg}, е бил отменен, ${then.bg}, не може да се знае: по настройка никой не е питан за него, никой не е казал, или казаното вече не се пази.`,
      en: `Whether ${certificate.en} was revoked ${then.en} cannot be known: by its configuration edno asked nobody about it, nobody said, or what was told is no longer kept.`,
    },
  ]),
) as Readonly<Record<`${RevocationSubject}.revocation`, LocalisedText>>
