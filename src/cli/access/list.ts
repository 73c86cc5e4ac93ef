import type { AgreementFilter } from '../../model/agreement-view.ts'
import { asParty, type CallerOptions } from './caller.ts'
import { pick } from './pick.ts'
import { printAgreement, printRows } from './print.ts'
import { WORDS } from './words.ts'

export type ListOptions = CallerOptions & AgreementFilter

/** The agreements that are this party's business. */
export const listAccess = (options: ListOptions): Promise<boolean> =>
  asParty(options, async ({ client, out, json }) => {
    const agreements = await client.list(filterOf(options))
    if (json) out.json({ agreements })
    else if (agreements.length === 0) out.line(out.text(WORDS.none))
    else printRows(agreements, out)
    return true
  })

export const showAccess = (id: string, options: CallerOptions): Promise<boolean> =>
  asParty(options, async ({ client, out, json }) => {
    for (const agreement of await pick(client, [id])) {
      if (json) out.json(agreement)
      else printAgreement(agreement, out)
    }
    return true
  })

const FILTERS = ['state', 'consumer', 'provider', 'registry', 'service', 'request'] as const

/** What of the options edno can look for. */
export const filterOf = (options: AgreementFilter): AgreementFilter =>
  Object.fromEntries(FILTERS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])))
