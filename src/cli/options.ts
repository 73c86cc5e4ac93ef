import { Option } from 'commander'

/** For every command that speaks in sentences. */
export const langOption = (): Option =>
  new Option(
    '--lang <language>',
    'language of the sentences; without it EDNO_LANG, else the language of the terminal, else en',
  ).choices(['bg', 'en'])

/** For an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
