import type { ContainerFile } from './container-file.ts'
import type { EvidenceContent } from './content.ts'
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
потребителя, ако няма подписано потвърждение, и дали е бил отменен сертификат, за който в revocation/ няма данни за отмяна.


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
the consumer where there is no signed acknowledgement, and whether a certificate was revoked of which revocation/ says nothing.


`

const FILES = 'Файлове / Files\n'

/** A guide for an outsider, in both languages; the commands stand once, each line of them after four spaces. */
export function writeReadme(files: readonly ContainerFile[], content: EvidenceContent): string {
  const list = files.map(({ path, mediaType }) => `  ${path}  (${mediaType})\n`).join('')
  const steps = stepsOf(content).map(
    ({ bg, en, commands }, at) => `${at + 1}. ${bg}\n   ${en}\n\n${indented(commands)}\n`,
  )
  return `${BEFORE}${FILES}\n${list}\n\nКоманди / Commands\n\n${indented(SHELL_FUNCTIONS)}\n${steps.join('\n')}`
}

const indented = (commands: string): string =>
  commands
    .trim()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')
