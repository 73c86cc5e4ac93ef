import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgreementFilter, AgreementView } from '../../model/agreement-view.ts'
import { writeYaml } from '../../schema/write-yaml.ts'
import { fill } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { probeFolder } from '../probe-folder.ts'
import { asParty, type CallerOptions } from './caller.ts'
import { type ExportedGrant, grantFiles } from './grant-files.ts'
import { filterOf } from './list.ts'
import { WORDS } from './words.ts'

export interface ExportOptions extends CallerOptions, AgreementFilter {
  readonly out?: string
}

/** The agreements in force as files of config/grants: for review, and to start another edno with. */
export const exportAccess = (options: ExportOptions): Promise<boolean> =>
  asParty(options, async ({ client, out, json }) => {
    const { state: _, ...filter } = filterOf(options)
    const [services, all] = await Promise.all([client.services(), client.list(filter)])
    const inForce = all.filter((view) => view.inForce).map(asDisclosed)
    const grants = grantFiles(inForce, services)
    if (options.out !== undefined) writeTo(options.out, grants, out)
    if (json) out.json({ grants: grants.map(({ grant, remarks }) => ({ ...grant, remarks })) })
    else if (options.out === undefined) out.line(grants.map(textOf).join('---\n').trimEnd())
    else out.line(counted(grants, inForce, out))
    return true
  })

/** A file that names fields which cannot leave any more is one that edno refuses. */
const asDisclosed = (view: AgreementView): AgreementView => {
  const operations = view.content.operations.map((each) =>
    view.checksOnly?.includes(each.operation) === true ? { ...each, fields: [] } : each,
  )
  return { ...view, content: { ...view.content, operations } }
}

const textOf = ({ grant, remarks }: ExportedGrant): string => writeYaml(grant, remarks)

function writeTo(folder: string, grants: readonly ExportedGrant[], out: Output): void {
  probeFolder(folder)
  for (const exported of grants) {
    const file = join(folder, `${exported.grant.id}.yaml`)
    writeFileSync(file, textOf(exported))
    out.progress(fill(out.text(WORDS.written), file))
  }
}

const counted = (grants: readonly ExportedGrant[], inForce: readonly AgreementView[], out: Output): string =>
  fill(out.text(WORDS.exported), grants.length, inForce.length)
