import { Option } from 'commander'

/** For every command that speaks in sentences. */
export const langOption = (): Option =>
  new Option(
    '--lang <language>',
    'language of the sentences; without it EDNO_LANG, else the language of the terminal, else en',
  ).choices(['bg', 'en'])

/** For commands that compose or sign an application. */
export const formatOption = (): Option =>
  new Option('--format <format>', 'XML, or JSON as a compact or a flattened JWS; the answer comes in the same')
    .choices(['xml', 'jws', 'jws-flattened'])
    .default('xml')

/** For an option that may be repeated. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]
