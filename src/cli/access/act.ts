import { createInterface } from 'node:readline/promises'
import { actOn } from '../../client/compose-agreements.ts'
import type { ActResult } from '../../client/access.ts'
import type { ActKind, AgreementContent, Side } from '../../model/agreement.ts'
import type { AgreementFilter, AgreementView } from '../../model/agreement-view.ts'
import type { PartyId } from '../../model/ids.ts'
import { systemClock } from '../../ops/clock.ts'
import { fill } from '../demo/words.ts'
import type { Output } from '../output.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { asParty, type Caller, type CallerOptions } from './caller.ts'
import { filterOf } from './list.ts'
import { pick } from './pick.ts'
import { printAsked, printProblem, SHORT } from './print.ts'
import { DONE, STATES, WORDS } from './words.ts'

export interface ActOptions extends CallerOptions {
  readonly reason?: string
}

export interface ApproveOptions extends ActOptions, AgreementFilter {
  readonly all?: boolean
  /** Do not ask a person whether to go on. */
  readonly yes?: boolean
}

/** Declares the same of each; true only where each was recorded. */
export const act = (kind: ActKind, ids: readonly string[], options: ActOptions): Promise<boolean> =>
  asParty(options, async (caller) => declare(kind, await pick(caller.client, ids), caller, options.reason))

/** Those that are named; or, after they were shown, all that wait for this party at a registry. */
export const approve = (ids: readonly string[], options: ApproveOptions): Promise<boolean> =>
  asParty(options, async (caller) => {
    if ((options.all === true) === ids.length > 0)
      throw new WrongUsage('name agreements, or say --all --registry REGISTRY')
    if (options.all !== true) {
      const named = await pick(caller.client, ids)
      show(named, fill(caller.out.text(WORDS.signs), caller.party), caller)
      return declare('accept', named, caller, options.reason)
    }
    if (options.registry === undefined) throw new WrongUsage('--all takes --registry REGISTRY')
    const waiting = await waitingFor(caller, options)
    if (waiting.length === 0) {
      if (caller.json) caller.out.json({ results: [] })
      else caller.out.line(fill(caller.out.text(WORDS.nothingToApprove), caller.party))
      return true
    }
    await requireConsent(waiting, caller, options.yes === true)
    return declare('accept', waiting, caller, options.reason)
  })

async function waitingFor({ client, party }: Caller, options: ApproveOptions): Promise<readonly AgreementView[]> {
  const proposed = await client.list({ ...filterOf(options), state: 'proposed' })
  return proposed.filter(({ content, state }) => state.by.some((side) => partyOf(content, side) === party))
}

const partyOf = ({ consumer, provider, delegate }: AgreementContent, side: Side): PartyId | undefined =>
  ({ consumer: consumer.party, provider, delegate: delegate?.party, operator: undefined })[side]

/** What leaves, on which basis, how often: before it is signed. */
function show(agreements: readonly AgreementView[], title: string, { out, json }: Caller): void {
  if (json) return
  out.line(title)
  printAsked(agreements, out)
  out.line()
}

/** Nobody approves what was not looked at. */
async function requireConsent(waiting: readonly AgreementView[], caller: Caller, yes: boolean): Promise<void> {
  const { out, json } = caller
  show(waiting, out.text(WORDS.would), caller)
  if (json && !yes) out.json({ wouldApprove: waiting })
  if (yes) return
  if (json || !process.stdin.isTTY) throw new WrongUsage('nothing was approved; say --yes if that is what you want')
  if (!(await confirmed(waiting.length, out))) throw new WrongUsage(out.text(WORDS.notApproved))
}

async function confirmed(count: number, out: Output): Promise<boolean> {
  const ask = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^(y|yes|д|да)$/i.test((await ask.question(fill(out.text(WORDS.sure), count))).trim())
  } finally {
    ask.close()
  }
}

async function declare(
  kind: ActKind,
  agreements: readonly AgreementView[],
  { client, party, sign, out, json }: Caller,
  reason: string | undefined,
): Promise<boolean> {
  const declared = { act: kind, by: party, ...(reason === undefined ? {} : { reason }) }
  const results = await client.act(agreements.map((agreement) => sign(actOn(agreement, declared, systemClock()))))
  if (json) out.json({ results })
  else
    for (const [index, agreement] of agreements.entries()) printResult(agreement, results[index], { kind, party, out })
  return results.every((result) => 'agreement' in result)
}

function printResult(
  { digest }: AgreementView,
  result: ActResult | undefined,
  { kind, party, out }: { kind: ActKind; party: PartyId; out: Output },
): void {
  const id = digest.slice(0, SHORT)
  if (result === undefined) return
  if ('problem' in result) {
    out.line(out.strong(id))
    printProblem(result.problem, out)
    return
  }
  const now = out.text(STATES[result.agreement.state.name])
  out.line(`${out.good('✓')} ${fill(out.text(WORDS.recorded), party, out.text(DONE[kind]), id, now)}`)
}
