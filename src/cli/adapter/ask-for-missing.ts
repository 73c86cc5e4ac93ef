import { isCancel, select, text } from '@clack/prompts'
import { type NewTransport, TRANSPORTS } from './template/template.ts'

/** What was said on the command line. */
export type Given = { readonly [Part in keyof Asked]: Asked[Part] | undefined }

export interface Asked {
  readonly name: string
  readonly transport: NewTransport
}

const WORDS = {
  name: { bg: 'Как се казва адаптерът?', en: 'What is the adapter called?' },
  badName: { bg: 'малки латински букви, цифри и тирета', en: 'small Latin letters, digits and hyphens' },
  transport: { bg: 'Какво говори регистърът?', en: 'What does the registry speak?' },
}

const HINTS: Readonly<Record<NewTransport, string>> = {
  rest: 'JSON over HTTPS',
  soap: 'SOAP 1.1, WS-Security, mTLS',
  regix: 'RegiX V2',
  sql: 'PostgreSQL view',
}

/** Undefined where the person stops. */
export async function askForMissing(
  given: Given,
  isName: (text: string) => boolean,
  language: 'bg' | 'en',
): Promise<Asked | undefined> {
  const name =
    given.name ??
    (await text({
      message: WORDS.name[language],
      placeholder: 'fishing-licences',
      validate: (value) => (isName(value ?? '') ? undefined : WORDS.badName[language]),
    }))
  if (isCancel(name)) return undefined
  const options = TRANSPORTS.map((value) => ({ value, label: value, hint: HINTS[value] }))
  const transport = given.transport ?? (await select({ message: WORDS.transport[language], options }))
  return isCancel(transport) ? undefined : { name, transport }
}
