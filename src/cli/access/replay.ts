import { rulesBeside } from '../../app/rules-beside.ts'
import type { Rules } from '../../app/rules.ts'
import type { DecisionRecord } from '../../model/decision.ts'
import { systemClock } from '../../ops/clock.ts'
import { decideAgain, differencesOf } from '../../policy/replay.ts'
import { openBeside } from '../../store/beside.ts'
import { decisionsIn } from '../../store/decisions.ts'
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
} as const

interface Difference {
  readonly exchangeId: string
  readonly at: string
  readonly consumer: string
  readonly service: string
  readonly differences: readonly string[]
}

interface Replayed {
  readonly decided: number
  readonly same: number
  readonly differences: readonly Difference[]
}

/** Decides what is recorded again, by today's rules; true where every decision is the same. */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const out = output(options.lang)
  const replayed = await replayAll(options)
  if (options.json === true) out.json(replayed)
  else print(replayed, out)
  return replayed.same === replayed.decided
}

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
    const differences: Difference[] = []
    let decided = 0
    for await (const row of decisionsIn(beside.db, range)) {
      const record = JSON.parse(row.record) as DecisionRecord
      const found = compare(record, rules, now ?? new Date(record.at))
      decided += 1
      if (found.differences.length > 0) differences.push(found)
    }
    return { decided, same: decided - differences.length, differences }
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

function print({ decided, same, differences }: Replayed, out: Output): void {
  for (const { exchangeId, at, consumer, service, differences: found } of differences) {
    out.line(`${at} ${exchangeId} ${consumer} ${service}`)
    for (const difference of found) out.line(`  ${out.bad(difference)}`)
  }
  const words = fill(out.text(WORDS.decided), decided, same)
  out.line(same === decided ? out.good(words) : words)
}
