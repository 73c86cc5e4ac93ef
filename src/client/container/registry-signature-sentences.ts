import type { LocalisedText } from '../../model/localised.ts'
import type { Sentences } from './revocation-sentences.ts'
import type { UnknownCode } from './verdict.ts'

/** `{}` takes the call, then the subject of the certificate. */
export const REGISTRY_SIGNATURE_SENTENCES: Readonly<Record<'registry.signature', Sentences>> = {
  'registry.signature': {
    holds: {
      bg: 'Собственият подпис на регистъра върху отговора му ({}) е верен; подписал е {}.',
      en: "The registry's own signature over its answer ({}) holds; signed by {}.",
    },
    fails: {
      bg: 'Собственият подпис на регистъра върху отговора му ({}) НЕ е верен.',
      en: "The registry's own signature over its answer ({}) does NOT hold.",
    },
  },
}

type SignatureUnknown = Extract<UnknownCode, `registry.signature-${string}`>

export const REGISTRY_SIGNATURE_UNKNOWN: Readonly<Record<SignatureUnknown, LocalisedText>> = {
  'registry.signature-authority': {
    bg: 'Собственият подпис на регистъра върху отговора му ({}) е верен; чий е сертификатът ({}), не може да се знае. Посочете на кого вярвате с --registry-authorities.',
    en: "The registry's own signature over its answer ({}) holds; whose the certificate is ({}) cannot be known. Name whom you believe with --registry-authorities.",
  },
  'registry.signature-certificate': {
    bg: 'Отговорът на регистъра ({}) е подписан, но без сертификат, с който подписът да се провери. Посочете неговия с --registry-authorities.',
    en: "The registry's answer ({}) is signed, but no certificate came with it by which the signature could be checked. Name the registry's with --registry-authorities.",
  },
  'registry.signature-sha1': {
    bg: 'Собственият подпис на регистъра върху отговора му ({}) е верен само по SHA-1, с който се подправя; сертификатът е на {}. От кого е, не може да се знае.',
    en: "The registry's own signature over its answer ({}) holds by SHA-1 alone, by which one can forge; the certificate is of {}. Who made it cannot be known.",
  },
  'registry.signature-time': {
    bg: 'Кога е дошъл подписаният отговор на регистъра ({}), не може да се знае, а с това и дали сертификатът му е бил в срок.',
    en: "When the registry's signed answer ({}) came cannot be known, nor with it whether its certificate was in its dates.",
  },
}
