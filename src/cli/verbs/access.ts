import type { Command } from 'commander'
import type { ActOptions, ApproveOptions } from '../access/act.ts'
import type { CallerOptions } from '../access/caller.ts'
import type { ExportOptions } from '../access/export.ts'
import type { ListOptions } from '../access/list.ts'
import type { RequestOptions } from '../access/request.ts'
import { asParty, collect, countOf } from '../options.ts'
import { addDecisions } from './access-decisions.ts'

/** Agreements between consumers and owners of registries. */
export function addAccess(program: Command): void {
  const access = program
    .command('access')
    .description('ask for access to registries, decide on it, and see who agreed to what')
  addRequest(access)
  addReading(access)
  addApprove(access)
  addActs(access)
  addExport(access)
  addDecisions(access)
}

const example = (command: Command, ...lines: readonly string[]): Command =>
  command.addHelpText(
    'after',
    `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  edno access ${line}`).join('\n')}`,
  )

const report = (done: boolean): void => {
  process.exitCode = done ? 0 : 1
}

function addRequest(access: Command): void {
  const command = asParty(access.command('request'))
    .description('ask the owner of every registry that a service touches; for checks only, unless fields are named')
    .option('--service <id@version>', 'for which service; may be repeated', collect)
    .option('--all-services', 'for every service of the catalogue; single questions of RegiX are named one by one')
    .option('--registry <id>', 'only this registry, as when asking again; may be repeated', collect)
    .option(
      '--fields <operation=paths>',
      'these fields of an operation; may be repeated; what is not named discloses none, only checks',
      collect,
    )
    .option('--all-fields', 'every field that the operations offer, but for those that --fields names')
    .option('--checks-only <registry>', 'with --all-fields: no field of this registry; may be repeated', collect)
    .option('--withhold <call>', 'no field of this call of the service, only checks; may be repeated', collect)
    .option('--legal-basis <code>', 'only this legal basis of the service; may be repeated', collect)
    .option('--purpose <text>', "what for, never about a person; without it the service's title")
    .option('--from <date>', 'first day; today otherwise')
    .option('--until <date>', 'last day; a year otherwise')
    .option('--official <position>', 'only officials of this position; may be repeated', collect)
    .option('--quota <number>', 'questions a day', countOf)
    .option('--delegate <party>', 'who may sign and send for this party')
    .option('--delegate-certificate <file>', "the delegate's certificate (PEM) whose key is bound")
    .option('--open-case', 'no question without an open case')
  example(
    command,
    'request --party troyan --service taxi-permit@1',
    'request --party troyan --service vehicle-tax@1 --fields vehicle-register/registration@1=make,category',
  ).action(async (options: RequestOptions) => {
    const { requestAccess } = await import('../access/request.ts')
    report(await requestAccess(options))
  })
}

const filtered = (command: Command): Command =>
  command
    .option('--consumer <party>', 'asked for by this party')
    .option('--provider <party>', 'of registries of this party')
    .option('--registry <id>', 'of this registry')
    .option('--service <id@version>', 'for this service')
    .option('--request <uuid>', 'asked for together')

function addReading(access: Command): void {
  const list = filtered(asParty(access.command('list')))
    .description('the agreements that are this party’s business')
    .option('--state <name>', 'proposed, valid, suspended, refused, withdrawn, revoked or expired')
  example(list, 'list --party iama --state proposed').action(async (options: ListOptions) => {
    const { listAccess } = await import('../access/list.ts')
    report(await listAccess(options))
  })
  const show = asParty(access.command('show <id>')).description('all that one agreement says, and who declared what')
  example(show, 'show 3f9a1c --party troyan').action(async (id: string, options: CallerOptions) => {
    const { showAccess } = await import('../access/list.ts')
    report(await showAccess(id, options))
  })
}

function addApprove(access: Command): void {
  const approve = filtered(asParty(access.command('approve [ids...]')))
    .description(
      'show what was asked for and accept it; names may be shortened to a beginning that only one agreement has',
    )
    .option('--all', 'everything that waits for this party at --registry, after showing it')
    .option('--yes', 'do not ask whether to go on')
    .option('--reason <text>', 'a remark, never about a person')
  example(
    approve,
    'approve --party iama 3f9a1c 77b02e',
    'approve --party iama --all --registry maritime-registry',
  ).action(async (ids: readonly string[], options: ApproveOptions) => {
    const { approve: approveAll } = await import('../access/act.ts')
    report(await approveAll(ids, options))
  })
}

const ACTS = [
  ['refuse', 'refuse what was asked for', true],
  ['withdraw', 'take back what this party asked for and nobody decided on yet', false],
  ['suspend', 'let nothing be asked under these agreements until this party resumes them', true],
  ['resume', 'lift this party’s own suspension', false],
  ['revoke', 'end these agreements for good', true],
] as const

function addActs(access: Command): void {
  for (const [kind, description, needsReason] of ACTS) {
    const command = asParty(access.command(`${kind} <ids...>`)).description(description)
    if (needsReason) command.requiredOption('--reason <text>', 'why; never about a person')
    else command.option('--reason <text>', 'why; never about a person')
    const reason = needsReason ? ' --reason "..."' : ''
    example(command, `${kind} --party ${kind === 'withdraw' ? 'troyan' : 'iama'} 3f9a1c${reason}`).action(
      async (ids: readonly string[], options: ActOptions) => {
        const { act } = await import('../access/act.ts')
        report(await act(kind, ids, options))
      },
    )
  }
}

function addExport(access: Command): void {
  const command = filtered(asParty(access.command('export')))
    .description('write the agreements in force in the form of config/grants')
    .option('--out <folder>', 'one file for each grant; standard output otherwise')
  example(command, 'export --party audit-office --out grants').action(async (options: ExportOptions) => {
    const { exportAccess } = await import('../access/export.ts')
    report(await exportAccess(options))
  })
}
