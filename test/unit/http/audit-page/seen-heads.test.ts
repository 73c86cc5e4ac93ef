import assert from 'node:assert/strict'
import type { Request, Response } from 'express'
import { seenLog } from '../../../../src/http/audit-page/seen-heads.ts'
import type { LogSince } from '../../../../src/model/log-since.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const cookie = (seconds: number, note: string): string => `${seconds}.${Buffer.from(note).toString('base64url')}`

describe('what a browser keeps of the log', () => {
  const head = { size: 9, note: 'head of today' }
  const visit = async (cookies: string | undefined, tell: (note: string | undefined) => LogSince) => {
    const set: Record<string, { readonly value: string; readonly options: object }> = {}
    const asked: (string | undefined)[] = []
    const request = { headers: { cookie: cookies } } as unknown as Request
    const response = {
      cookie: (name: string, value: string, options: object) => void (set[name] = { value, options }),
    } as unknown as Response
    const since = async (note: string | undefined): Promise<LogSince> => {
      asked.push(note)
      return tell(note)
    }
    return { seen: await seenLog(request, response, since, NOW), set, asked }
  }
  const whole = (): LogSince => ({ whole: 'yes', since: 4, head })

  it('is the head of the first visit, for the page alone and out of reach of programs', async () => {
    const { seen, set } = await visit(undefined, () => ({ whole: 'first', head }))
    assert.equal(seen.told.whole, 'first')
    assert.deepEqual(Object.keys(set).toSorted(), ['edno_seen', 'edno_visit'])
    assert.equal(set['edno_seen']!.value, cookie(NOW.getTime() / 1000, 'head of today'))
    assert.deepEqual(set['edno_visit']!.options, { httpOnly: true, secure: true, sameSite: 'lax', path: '/audit' })
  })

  it('is compared from visit to visit, and not from page to page', async () => {
    const old = cookie(1_790_000_000, 'head of yesterday')
    const begun = await visit(`a=1; edno_seen=${old}`, whole)
    assert.deepEqual(begun.asked, ['head of yesterday', 'head of yesterday'])
    assert.equal(begun.seen.at?.getTime(), 1_790_000_000_000)
    assert.equal(begun.set['edno_visit']!.value, old)
    const further = await visit(`edno_seen=${cookie(1_795_000_000, 'a minute ago')}; edno_visit=${old}`, whole)
    assert.deepEqual(further.asked, ['head of yesterday', 'a minute ago'])
    assert.equal(further.seen.at?.getTime(), 1_790_000_000_000)
    assert.deepEqual(Object.keys(further.set), ['edno_seen'])
  })

  it('stays where the log does not continue it, whichever of the two that is', async () => {
    const broken = (bad: string) => (note: string | undefined) =>
      note === bad ? ({ whole: 'no', why: 'changed', since: 4 } as const) : whole()
    for (const bad of ['one', 'two']) {
      const { seen, set } = await visit(`edno_seen=${cookie(1, 'one')}; edno_visit=${cookie(1, 'two')}`, broken(bad))
      assert.equal(seen.told.whole, 'no')
      assert.deepEqual(set, {})
    }
  })

  it('is handed on for judgement whatever it holds: a cookie that was tampered with is no first visit', async () => {
    const { asked } = await visit('edno_seen=garbage', () => ({ whole: 'no', why: 'foreign' }))
    assert.deepEqual(asked, [''], 'and no more is asked of a log that is not whole')
  })
})
