import { rulesBeside } from '../../app/rules-beside.ts'
import type { Rules } from '../../app/rules.ts'
import type { DecisionRecord } from '../../model/decision.ts'
import { systemClock } from '../../ops/clock.ts'
import { decideAgain, differencesOf } from '../../policy/replay.ts'
import { sha256Hex } from '../../schema/canonical-json.ts'
import { openBeside } from '../../store/beside.ts'
import { decisionsIn } from '../../store/decisions.ts'
import type { MissingAct } from '../../store/missing-acts.ts'
import { unmatchedDecisions } from '../../store/unmatched-decisions.ts'
import { fill } from '../demo/words.ts'
import { type Output, output } from '../output.ts'
import { settings } from '../settings.ts'
import { type RangeOptions, rangeOf } from './decisions.ts'

export interface ReplayOptions extends RangeOptions {
  readonly now?: boolean
  readonly json?: boolean
  readonly lang?: string
}

const WORDS = {
  decided: { bg: '{} решени, {} по същия начин', en: '{} decided, {} the same' },
  notInLog: { bg: 'не е в журнала на обмена', en: 'not in the exchange log' },
  noRecord: {
    bg: 'журналът на обмена назовава решение {}, за което няма запис',
    en: 'the exchange log names the decision {}, of which there is no record',
  },
  noAct: {
    bg: 'журналът на обмена назовава действие ({}) по споразумение {}, за което няма запис',
    en: 'the exchange log names an act ({}) on the agreement {}, of which there is no record',
  },
} as const

interface Difference {
  readonly exchangeId: string
  readonly at: string
  readonly consumer: string
  readonly service: string
  readonly differences: readonly string[]
}

/** Something in the database that is not what edno wrote there. */
interface Unmatched {
  readonly at: string
  /** SHA-256 (hex) of the record. */
  readonly decision: string
}

interface Replayed {
  /** Those that the exchange log names; no other is a decision. */
  readonly decided: number
  readonly same: number
  readonly differences: readonly Difference[]
  readonly notInLog: readonly Unmatched[]
  readonly noRecord: readonly Unmatched[]
  /** Acts on agreements; whatever the range, since what they said may have mattered ever after. */
  readonly noAct: readonly MissingAct[]
}

/** Decides what is recorded again, by today's rules; true where every decision is the same, and the exchange log names just these. */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const out = output(options.lang)
  const replayed = await replayAll(options)
  if (options.json === true) out.json(replayed)
  else print(replayed, out)
  return isClean(replayed)
}

const isClean = ({ decided, same, notInLog, noRecord, noAct }: Replayed): boolean =>
  same === decided && notInLog.length === 0 && noRecord.length === 0 && noAct.length === 0

async function replayAll(options: ReplayOptions): Promise<Replayed> {
  const config = settings()
  const range = rangeOf(options)
  const { databaseUrl, dataDirectory } = config
  const beside = await openBeside({
    dataDirectory,
    ...(databaseUrl === undefined ? {} : { databaseUrl: databaseUrl.reveal() }),
  })
  try {
    const rules = await rulesBeside(config, beside, systemClock)
    const now = options.now === true ? systemClock() : undefined
    const unmatched = await unmatchedDecisions(beside.db, range)
    const differences: Difference[] = []
    const notInLog: Unmatched[] = []
    let decided = 0
    for await (const row of decisionsIn(beside.db, range)) {
      if (unmatched.notInLog.has(row.id)) {
        notInLog.push({ at: row.at.toISOString(), decision: sha256Hex(row.record) })
        continue
      }
      const record = JSON.parse(row.record) as DecisionRecord
      const found = compare(record, rules, now ?? new Date(record.at))
      decided += 1
      if (found.differences.length > 0) differences.push(found)
    }
    const noRecord = unmatched.withoutRecord.map(({ time, decision }) => ({ at: time, decision }))
    return { decided, same: decided - differences.length, differences, notInLog, noRecord, noAct: rules.missing }
  } finally {
    await beside.close()
  }
}

function compare(record: DecisionRecord, { governance, catalogue }: Rules, at: Date): Difference {
  const { consumer, service } = record.question
  const again = decideAgain(governance, catalogue.services.get(service)?.definition, record, at)
  const differences = differencesOf(record.result, again)
  return { exchangeId: record.exchangeId, at: record.at, consumer, service, differences }
}

function print(replayed: Replayed, out: Output): void {
  const { decided, same, differences, notInLog, noRecord, noAct } = replayed
  for (const { exchangeId, at, consumer, service, differences: found } of differences) {
    out.line(`${at} ${exchangeId} ${consumer} ${service}`)
    for (const difference of found) out.line(`  ${out.bad(difference)}`)
  }
  for (const { at, decision } of notInLog) out.line(`${at} ${decision} ${out.bad(out.text(WORDS.notInLog))}`)
  for (const { at, decision } of noRecord) out.line(`${at} ${out.bad(fill(out.text(WORDS.noRecord), decision))}`)
  for (const { time, act, agreement } of noAct)
    out.line(`${time} ${out.bad(fill(out.text(WORDS.noAct), act, agreement))}`)
  const words = fill(out.text(WORDS.decided), decided, same)
  out.line(isClean(replayed) ? out.good(words) : words)
}
