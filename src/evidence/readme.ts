import type { ContainerFile } from './container-file.ts'
import type { EvidenceContent } from './content.ts'
import type { LocalisedText } from '../model/localised.ts'
import { REVOCATION_SUBJECTS, type RevocationSubject } from './layout.ts'
import { SHELL_FUNCTIONS, stepsOf } from './readme-steps.ts'

const BEFORE = `ДОКАЗАТЕЛСТВО ЗА ЕДИН ОБМЕН

Тук е всичко, което edno пази за един обмен, доколкото този читател може да го вижда: подписаното заявление, както е получено;
какво и на какво основание е било решено да се пита; отговорите на регистрите, както са получени, или само ангажимент към тях,
когато са чужди данни или не е договорено да се дадат цели; подписаният отговор; записите в дневника с доказателствата, че стоят
в него. Който не вярва на edno, може да провери всичко с unzip, openssl (3.0 или по-нов) и xmlsec1, с командите по-долу, една
след друга, в папката, в която е разархивиран файлът. Всяка трябва да завърши с код 0 (xmlsec1 се съди по кода си).

Сертификатите и ключът на дневника са дошли с доказателството. Сравнете отпечатъците им с тези, които знаете по друг път
(GET /v1/trust): който подправя доказателство, може да сложи до него и свои ключове.

Не може да се знае: дали edno е записал всичко, което е станало (липсата на разписка е знакът), дали отговорът е стигнал до
потребителя, ако няма подписано потвърждение, и дали е бил отменен сертификат, за който няма данни за отмяна. Такива данни, казаното
от издателя по онова време, има в revocation/ за: {bg}; няма за: {bgNot}, както и за сертификатите на споразуменията, на
заявители като физически лица и на самия контейнер.


EVIDENCE OF ONE EXCHANGE

Here is all that edno keeps of one exchange, as far as this reader may see it: the signed application as it was received; what
was decided to be asked, and on which basis; the registries' answers as they were received, or only a commitment to one where it
holds another person's data or was not agreed to be given whole; the signed answer; the entries of the exchange log with proofs
that they stand in it. Who does not trust edno can check all of it with unzip, openssl (3.0 or newer) and xmlsec1, by the
commands below, one after the other, in the folder into which the file was unzipped. Each has to end with exit status 0 (judge
xmlsec1 by its exit status).

The certificates and the key of the log came with the evidence. Compare their fingerprints with what you know by another way
(GET /v1/trust): whoever forges evidence can put keys of their own beside it.

What cannot be known: whether edno logged everything that happened (a missing receipt is the sign), whether the answer reached
the consumer where there is no signed acknowledgement, and whether a certificate was revoked of which nothing is told. What issuers
said then stands in revocation/ of the certificates of: {en}; it does not of: {enNot}, nor of those of agreements, of applicants as
persons, and of the container itself.


`

const FILES = 'Файлове / Files\n'

/** A guide for an outsider, in both languages; the commands stand once, each line of them after four spaces. */
export function writeReadme(files: readonly ContainerFile[], content: EvidenceContent): string {
  const list = files.map(({ path, mediaType }) => `  ${path}  (${mediaType})\n`).join('')
  const steps = stepsOf(content).map(
    ({ bg, en, commands }, at) => `${at + 1}. ${bg}\n   ${en}\n\n${indented(commands)}\n`,
  )
  return `${beforeOf(content)}${FILES}\n${list}\n\nКоманди / Commands\n\n${indented(SHELL_FUNCTIONS)}\n${steps.join('\n')}`
}

const SUBJECTS: Readonly<Record<RevocationSubject, LocalisedText>> = {
  application: { bg: 'заявлението', en: 'the application' },
  answer: { bg: 'отговора (edno)', en: 'the answer (edno)' },
  acknowledgement: { bg: 'потвърждението', en: 'the acknowledgement' },
  'answer-stamp': { bg: 'времевия печат на отговора', en: 'the time stamp of the answer' },
  'checkpoint-stamp': { bg: 'времевия печат на контролната точка', en: 'the time stamp of the checkpoint' },
}

/** Of the certificates that stand in it: of which it is told whether they were revoked, and of which it is not. */
function beforeOf({ signers, revocation }: EvidenceContent): string {
  const carried = REVOCATION_SUBJECTS.filter((subject) => signers[subject] !== undefined)
  const told = carried.filter((subject) => revocation[subject] !== undefined)
  const list = (subjects: readonly RevocationSubject[], language: 'bg' | 'en'): string =>
    subjects.length === 0 ? NONE[language] : subjects.map((subject) => SUBJECTS[subject][language]).join(', ')
  const not = carried.filter((subject) => !told.includes(subject))
  return BEFORE.replace('{bg}', list(told, 'bg'))
    .replace('{bgNot}', list(not, 'bg'))
    .replace('{en}', list(told, 'en'))
    .replace('{enNot}', list(not, 'en'))
}

const NONE: LocalisedText = { bg: 'никой', en: 'none' }

const indented = (commands: string): string =>
  commands
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')
