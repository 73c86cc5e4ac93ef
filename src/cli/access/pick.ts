import type { AccessClient } from '../../client/access.ts'
import type { AgreementDigest } from '../../model/agreement.ts'
import type { AgreementView } from '../../model/agreement-view.ts'
import { WrongUsage } from '../wrong-usage.ts'

const WHOLE = /^[0-9a-f]{64}$/
const BEGINNING = /^[0-9a-f]{4,63}$/

/** Agreements by their names, which may be shortened to any beginning that only one of them has. */
export async function pick(
  client: Pick<AccessClient, 'find' | 'list'>,
  ids: readonly string[],
): Promise<readonly AgreementView[]> {
  const wrong = ids.find((id) => !WHOLE.test(id) && !BEGINNING.test(id))
  if (wrong !== undefined)
    throw new WrongUsage(`${wrong} is not the beginning of an agreement's name: at least 4 of 0-9 and a-f`)
  const all = ids.every((id) => WHOLE.test(id)) ? [] : await client.list()
  const picked: AgreementView[] = []
  for (const id of ids) picked.push(WHOLE.test(id) ? await client.find(id as AgreementDigest) : theOne(all, id))
  return [...new Map(picked.map((view) => [view.digest, view])).values()]
}

function theOne(all: readonly AgreementView[], beginning: string): AgreementView {
  const [found, ...others] = all.filter(({ digest }) => digest.startsWith(beginning))
  if (found === undefined) throw new WrongUsage(`no agreement of yours begins with ${beginning}; see edno access list`)
  if (others.length > 0)
    throw new WrongUsage(`${others.length + 1} agreements begin with ${beginning}; write more of it`)
  return found
}
