import type { ContainerFindingCode, Questions, Reply, UnknownCode } from './verdict.ts'
import type { LocalisedText } from '../../model/localised.ts'
import { REGISTRY_SIGNATURE_SENTENCES, REGISTRY_SIGNATURE_UNKNOWN } from './registry-signature-sentences.ts'
import { REVOCATION_SENTENCES, REVOCATION_UNKNOWN, type Sentences } from './revocation-sentences.ts'
import { SENTENCES as ANSWER_SENTENCES } from '../verify-sentences.ts'

const { 'answer.signature': answerSignature, 'answer.certificate-dates': answerDates } = ANSWER_SENTENCES
const { 'answer.time-stamp': timeStamp, 'answer.time-stamp-authority': timeStampAuthority } = ANSWER_SENTENCES
const { 'answer.of-request': ofRequest } = ANSWER_SENTENCES
const { 'checkpoint.signature': checkpoint, 'entry.same-exchange': entrySame } = ANSWER_SENTENCES
const { 'request.commitment': requestCommitment, 'answer.commitment': answerCommitment } = ANSWER_SENTENCES

/** What each finding means to a person; `{}` takes the file, call or digest that it is about. */
export const CONTAINER_SENTENCES: Readonly<Record<ContainerFindingCode, Sentences>> = {
  'container.signature': {
    holds: { bg: 'Контейнерът е подписан от edno.', en: 'The container is signed by edno.' },
    fails: { bg: 'Подписът на контейнера НЕ е верен.', en: 'The signature of the container does NOT hold.' },
  },
  'container.seal': {
    holds: { bg: 'Печатът на контейнера е сред познатите ви.', en: 'The seal of the container is one that you know.' },
    fails: {
      bg: 'Печатът на контейнера НЕ е сред познатите ви.',
      en: 'The seal of the container is NOT one that you know.',
    },
  },
  'container.files': {
    holds: {
      bg: 'Всеки файл е точно този, който е подписан; няма липсващи и добавени.',
      en: 'Every file is exactly the one that was signed; none is missing and none was added.',
    },
    fails: {
      bg: 'Файлът {} НЕ е този, който е подписан: променен, липсващ или добавен.',
      en: 'The file {} is NOT what was signed: changed, missing or added.',
    },
  },
  'application.signature': {
    holds: {
      bg: 'Заявлението е подписано и не е променяно.',
      en: 'The application is signed and has not been changed.',
    },
    fails: { bg: 'Подписът на заявлението НЕ е верен.', en: 'The signature of the application does NOT hold.' },
  },
  'application.same-exchange': {
    holds: { bg: 'Заявлението е за този обмен.', en: 'The application is of this exchange.' },
    fails: { bg: 'Заявлението е за ДРУГ обмен.', en: 'The application is of ANOTHER exchange.' },
  },
  'application.signer': {
    holds: {
      bg: 'Дневникът назовава сертификата, с който е подписано заявлението.',
      en: 'The log names the certificate that signed the application.',
    },
    fails: {
      bg: 'Дневникът назовава ДРУГ сертификат от този, с който е подписано заявлението.',
      en: 'The log names ANOTHER certificate than the one that signed the application.',
    },
  },
  ...REVOCATION_SENTENCES,
  'answer.signature': answerSignature,
  'answer.certificate-dates': answerDates,
  'answer.time-stamp': timeStamp,
  'answer.time-stamp-authority': timeStampAuthority,
  'answer.of-request': ofRequest,
  'answer.same-exchange': {
    holds: { bg: 'Отговорът е за този обмен.', en: 'The answer is of this exchange.' },
    fails: { bg: 'Отговорът е за ДРУГ обмен.', en: 'The answer is of ANOTHER exchange.' },
  },
  'checkpoint.signature': checkpoint,
  'checkpoint.time-stamp': {
    holds: {
      bg: 'Контролната точка на дневника има времеви печат.',
      en: "The log's checkpoint was time-stamped.",
    },
    fails: {
      bg: 'Времевият печат НЕ е за тази контролна точка.',
      en: 'The time stamp is NOT over this checkpoint.',
    },
  },
  'checkpoint.time-stamp-authority': timeStampAuthority,
  'entry.inclusion': {
    holds: { bg: 'Записът {} стои в дневника.', en: 'The entry {} stands in the log.' },
    fails: { bg: 'Записът {} НЕ стои в дневника.', en: 'The entry {} does NOT stand in the log.' },
  },
  'entry.same-exchange': entrySame,
  'request.commitment': requestCommitment,
  'answer.commitment': answerCommitment,
  'decision.digest': {
    holds: {
      bg: 'Решението е това, което записът назовава.',
      en: 'The decision is the one that the log entry names.',
    },
    fails: {
      bg: 'Решението НЕ е това, което записът назовава.',
      en: 'The decision is NOT the one that the log entry names.',
    },
  },
  'agreement.digest': {
    holds: { bg: 'Споразумението {} е точно назованото.', en: 'The agreement {} is exactly the one that is named.' },
    fails: { bg: 'Споразумението {} НЕ е назованото.', en: 'The agreement {} is NOT the one that is named.' },
  },
  'grant.digest': {
    holds: {
      bg: 'Разрешението {} от настройките на edno е точно това, на което почива решението.',
      en: "The grant {} of edno's configuration is exactly the one that the decision rests on.",
    },
    fails: {
      bg: 'Разрешението {} от настройките на edno НЕ е това, на което почива решението.',
      en: "The grant {} of edno's configuration is NOT the one that the decision rests on.",
    },
  },
  'agreement.acts': {
    holds: {
      bg: 'Действията по споразумението {} са подписани.',
      en: 'What was declared about the agreement {} is signed.',
    },
    fails: {
      bg: 'Действие по споразумението {} НЕ е подписано вярно.',
      en: 'Something that was declared about the agreement {} is NOT signed rightly.',
    },
  },
  'registry.commitment': {
    holds: {
      bg: 'Отговорът на регистъра ({}) е този, до който записът се отнася.',
      en: "The registry's answer ({}) is the one that the entry commits to.",
    },
    fails: {
      bg: 'Отговорът на регистъра ({}) НЕ е този, до който записът се отнася.',
      en: "The registry's answer ({}) is NOT the one that the entry commits to.",
    },
  },
  ...REGISTRY_SIGNATURE_SENTENCES,
  'supplement.signature': {
    holds: { bg: 'Допълнението ({}) е подписано от edno.', en: 'The supplement ({}) was signed by edno.' },
    fails: {
      bg: 'Подписът на допълнението ({}) НЕ е верен.',
      en: 'The signature of the supplement ({}) does NOT hold.',
    },
  },
  'supplement.commitment': {
    holds: {
      bg: 'Записът се отнася точно до допълнението ({}).',
      en: 'The entry commits to exactly the supplement ({}).',
    },
    fails: {
      bg: 'Записът НЕ се отнася до допълнението ({}).',
      en: 'The entry does NOT commit to the supplement ({}).',
    },
  },
  'acknowledgement.signature': {
    holds: { bg: 'Потвърждението е подписано.', en: 'The acknowledgement is signed.' },
    fails: { bg: 'Подписът на потвърждението НЕ е верен.', en: 'The signature of the acknowledgement does NOT hold.' },
  },
  'acknowledgement.of-answer': {
    holds: {
      bg: 'Потвърждението е за точно този отговор.',
      en: 'The acknowledgement is of exactly this answer.',
    },
    fails: { bg: 'Потвърждението НЕ е за този отговор.', en: 'The acknowledgement is NOT of this answer.' },
  },
  'acknowledgement.entry': {
    holds: {
      bg: 'Дневникът назовава потвърждението и кой го е подписал.',
      en: 'The log names the acknowledgement and who signed it.',
    },
    fails: {
      bg: 'Дневникът НЕ назовава това потвърждение.',
      en: 'The log does NOT name this acknowledgement.',
    },
  },
}

export const UNKNOWN_SENTENCES: Readonly<Record<UnknownCode, LocalisedText>> = {
  'keys.own': {
    bg: 'Ключовете са дошли с доказателството: чии са, не може да се знае. Посочете вашите с --trust или с --broker-certificate и --log-key.',
    en: 'The keys came with the evidence: whose they are cannot be known. Name yours with --trust, or with --broker-certificate and --log-key.',
  },
  revocation: {
    bg: 'Дали сертификатите на споразуменията, на заявителя като физическо лице и на самия контейнер са били отменени, не може да се знае оттук.',
    en: 'Whether the certificates of agreements, of the applicant as a person and of the container itself were revoked cannot be known from here.',
  },
  ...REVOCATION_UNKNOWN,
  'application.absent': {
    bg: 'Няма заявление: какво е питано, не може да се знае.',
    en: 'There is no application: what was asked cannot be known.',
  },
  'answer.absent': {
    bg: 'Няма отговор: какво е отговорено, не може да се знае.',
    en: 'There is no answer: what was answered cannot be known.',
  },
  'application.unsigned': {
    bg: 'Въпросът е съобщение на SOAP, което никой не подписва: кой е питал, показва само сертификатът на връзката, записан в дневника.',
    en: 'The question is a SOAP message, which nobody signs: who asked is shown by the certificate of the connection alone, which the log names.',
  },
  'answer.unsigned': {
    bg: 'Отговорът е съобщение на SOAP: че е този, показва дневникът; подписът на Data, ако е бил поискан, се проверява с xmlsec1.',
    en: 'The answer is a SOAP message: that it is this one the log shows; the signature of Data, where one was asked for, verifies by xmlsec1.',
  },
  'content.erased': {
    bg: 'Съдържанието е заличено по разпореждане; записите и доказателствата остават.',
    en: 'The content was erased on order; entries and proofs remain.',
  },
  'content.expired': {
    bg: 'Срокът за пазене на съдържанието е изтекъл; записите и доказателствата остават.',
    en: 'The time for which the content is kept is over; entries and proofs remain.',
  },
  'grant.configuration': {
    bg: 'Достъпът почива на разрешението {} от настройките на edno; решението назовава него и какво пропуска, но не и кой го е одобрил.',
    en: "Access rests on the grant {} of edno's configuration; the decision names it and what it lets through, not who approved it.",
  },
  'grant.unsigned': {
    bg: 'Разрешението {} е написано от оператора на edno; никой собственик на регистър не е подписал, че го одобрява: дали го е одобрил, не може да се знае.',
    en: 'The grant {} was written by the operator of edno; no owner of a registry signed an approval of it: whether they approved cannot be known.',
  },
  'grant.absent': {
    bg: 'Решението почива на разрешение от настройките на edno, което не е в този файл ({}).',
    en: "The decision rests on a grant of edno's configuration that is not in this file ({}).",
  },
  'agreement.absent': {
    bg: 'Решението почива и на споразумение, което не е в този файл ({}).',
    en: 'The decision rests also on an agreement that is not in this file ({}).',
  },
  'salts.absent': {
    bg: 'Без {} не може да се знае дали записът се отнася до документа.',
    en: 'Without {} it cannot be known whether the entry commits to the document.',
  },
  'log.absent': {
    bg: 'Няма записи с доказателства: дали дневникът държи този обмен, не може да се знае.',
    en: 'There are no entries with proofs: whether the log holds this exchange cannot be known.',
  },
  'registry.more-than-is-read': {
    bg: 'Отговорът на регистъра ({}) не е пазен, защото казва повече, отколкото се чете от него; има само ангажимент към него.',
    en: "The registry's answer ({}) was not kept, because it tells more than is read of it; there is only a commitment.",
  },
  'registry.other-persons-data': {
    bg: 'Отговорът на регистъра ({}) не е пазен, защото в него е имало чужди данни; има само ангажимент към него.',
    en: "The registry's answer ({}) was not kept, because another person's data was in it; there is only a commitment.",
  },
  'registry.not-agreed-whole': {
    bg: 'Отговорът на регистъра ({}) не се дава цял: договорена е само част от него. Одитор може да го види.',
    en: "The registry's answer ({}) is not given whole: only a part of it was agreed. An auditor may see it.",
  },
  'registry.operation-not-known': {
    bg: 'Отговорът на регистъра ({}) не е даден: сега edno няма адаптер за тази справка и не може да каже дали е договорена цялата. Одитор може да го види.',
    en: "The registry's answer ({}) is not given: edno has no adapter for this operation now, and cannot say whether all of it was agreed. An auditor may see it.",
  },
  'registry.kept-by-its-registry': {
    bg: 'Отговорът на регистъра ({}) е у неговия администратор; със солта може да се сравни със записа.',
    en: "The registry's answer ({}) is with its owner; by the salt it can be compared with the entry.",
  },
  ...REGISTRY_SIGNATURE_UNKNOWN,
  'acknowledgement.absent': {
    bg: 'Няма подписано потвърждение: дали отговорът е стигнал, не може да се знае.',
    en: 'There is no signed acknowledgement: whether the answer arrived cannot be known.',
  },
  'time-stamp.authority': {
    bg: 'Дали на удостоверителя на времевия печат да се вярва, не може да се знае. Посочете своите с --time-stamp-authorities.',
    en: 'Whether the authority of the time stamp is to be believed cannot be known. Name yours with --time-stamp-authorities.',
  },
}

export const QUESTION_WORDS: Readonly<Record<keyof Questions, LocalisedText>> = {
  asked: { bg: 'Питано ли е?', en: 'Was it asked?' },
  answered: { bg: 'Отговорено ли е така?', en: 'Was it answered so?' },
  reached: { bg: 'Стигнал ли е отговорът до потребителя?', en: 'Did the answer reach the consumer?' },
}

export const REPLY_WORDS: Readonly<Record<Reply, LocalisedText>> = {
  yes: { bg: 'Да', en: 'Yes' },
  no: { bg: 'НЕ е показано: нещо не е вярно', en: 'NOT shown: something does not hold' },
  unknown: { bg: 'Не може да се знае от този файл', en: 'Cannot be known from this file' },
}

export const CONTAINER_WORDS = {
  about: { bg: 'Обмен {} на {}, {}', en: 'Exchange {} of {}, {}' },
  holds: {
    bg: 'Всичко, което можа да се провери, е вярно ({}).',
    en: 'Everything that could be checked holds ({}).',
  },
  fails: { bg: 'НЕ всичко е вярно: {} от {} не са.', en: 'NOT everything holds: {} of {} do not.' },
} as const satisfies Record<string, LocalisedText>
