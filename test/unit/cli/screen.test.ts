import assert from 'node:assert/strict'
import { screen } from '../../../src/cli/demo/screen.ts'
import type { Output } from '../../../src/cli/output.ts'
import type { ExchangePlan, PlannedCall } from '../../../src/model/exchange.ts'
import { exchangeId, operationRef, partyId, serviceRef } from '../../../src/model/ids.ts'
import type { CallOutcome, OutcomeKind } from '../../../src/model/outcome.ts'

describe('the screen of the demonstration', () => {
  const operation = operationRef('vehicle-register/registration@1')
  const call = (name: string, more: Partial<PlannedCall> = {}): PlannedCall => ({
    ...{ name, operation, need: 'required', input: {}, needs: [], timeoutMs: 1 },
    ...{ idempotent: true, fields: [], disclosed: [], ...more },
  })
  const ended = (name: string, outcome: OutcomeKind): CallOutcome => ({ call: name, operation, outcome, elapsedMs: 0 })

  const told = (calls: readonly PlannedCall[], outcomes: readonly CallOutcome[]): string[] => {
    const lines: string[] = []
    const same = (text: string): string => text
    const out: Output = {
      ...{ language: 'en', line: (text = '') => void lines.push(text), json: () => undefined },
      ...{ progress: () => undefined, complain: () => undefined, text: ({ en }) => en },
      ...{ good: same, bad: same, faint: same, strong: same },
    }
    const view = screen(out)
    const plan: Pick<ExchangePlan, 'calls' | 'legalBasis' | 'exchangeId' | 'consumer' | 'service'> = {
      calls,
      legalBasis: { code: 'law', text: { bg: 'Закон', en: 'Law' } },
      exchangeId: exchangeId('01890a5d-ac96-774b-bcce-b302099a8057'),
      consumer: partyId('troyan'),
      service: serviceRef('taxi-permit', 1),
    }
    view.plan(plan as ExchangePlan)
    for (const outcome of outcomes) view.outcome(outcome, 1)
    return lines
  }

  it('says of a call that its own condition left out that it was not asked for', () => {
    const lines = told([call('trader', { when: 'false' })], [ended('trader', 'skipped')])
    assert.match(lines.at(-1) ?? '', /trader +skipped {2}not asked for$/)
  })

  it('does not say so of a call that lacked what it needs', () => {
    const calls = [call('trader'), call('managers', { when: 'true', needs: ['trader'] })]
    const lines = told(calls, [ended('trader', 'failed'), ended('managers', 'skipped')])
    assert.match(lines.at(-1) ?? '', /managers +skipped$/)
  })

  it('counts what is asked only if needed, and leaves no blanks at the end of a line', () => {
    const lines = told([call('vehicle'), call('trader', { when: 'false' })], [ended('vehicle', 'found')])
    assert.ok(lines.some((line) => line.includes('Plan: 2 questions, registries: 1; 1 of them only if needed')))
    for (const line of lines) assert.equal(line, line.trimEnd())
  })
})
