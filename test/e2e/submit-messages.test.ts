import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EdnoClient } from '../../src/client/send.ts'
import type { ExchangeId } from '../../src/model/ids.ts'
import { PROBLEMS } from '../../src/problem/codes.ts'
import { Estate, type Serving, until } from '../support/estate.ts'
import { type Ended, edno } from '../support/processes.ts'

const HANGS = { kind: 'hang' } as const

/** What a developer reads at each end of `edno submit`: a real process, a real edno. */
describe('edno submit says', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'edno-submit-'))
  let estate: Estate
  let serving: Serving
  let client: EdnoClient
  before(async () => {
    estate = await Estate.make({
      deadlinesMs: { 'taxi-permit': 10_000 },
      defersMs: { 'taxi-permit': 60_000 },
    })
    serving = await estate.serve()
    client = estate.client(serving.url)
  })
  after(async () => {
    await estate.close()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(() => {
    for (const registry of ['vehicle-register', 'maritime-registry']) estate.simulator.setFault(registry, undefined)
  })

  const here = (name: string): string => join(folder, name)
  const submit = (...args: string[]): Promise<Ended> =>
    edno(['submit', ...args], { ...estate.variables, EDNO_HTTP_PORT: new URL(serving.url).port })
  const signed = (scenario: string, name: string): { file: string; id: ExchangeId } => {
    const { bytes, exchangeId } = estate.sign(scenario)
    writeFileSync(here(name), bytes)
    return { file: here(name), id: exchangeId as ExchangeId }
  }
  /** All of these, in this order. */
  const says = ({ stdout }: Ended, ...sentences: readonly string[]): void => {
    let from = 0
    for (const sentence of sentences) {
      const place = stdout.indexOf(sentence, from)
      assert.ok(place >= 0, `"${sentence}" does not come where it should in:\n${stdout}`)
      from = place + sentence.length
    }
  }

  it('of an answer: what was found, that it is whole, that it verifies, and where it is kept', async () => {
    const [english, bulgarian] = await Promise.all([
      submit('--lang', 'en', '--out', here('kept')),
      submit('--lang', 'bg'),
    ])
    assert.deepEqual([english.status, english.stderr], [0, ''])
    says(
      english,
      ...['Checks for the clerk', 'The driver is alive', '✓ yes', 'Data the grant discloses'],
      ...[
        'One signed answer: complete, ',
        'Verification of the answer',
        '✓ The answer was signed by edno and has not been changed.',
      ],
      `The evidence is in ${here('kept')}; check it with: npx edno verify ${here('kept')}`,
    )
    assert.deepEqual([bulgarian.status, bulgarian.stderr], [0, ''])
    says(bulgarian, 'Проверки за служителя', '✓ да', 'Един подписан отговор: пълен, ', 'Проверка на отговора')
    assert.ok(!bulgarian.stdout.includes('Доказателствата са в'), 'nothing was kept')
  })

  it('of a refusal before any registry is asked: what, why and what to do; and that nothing was kept', async () => {
    const asked = estate.questions
    const [english, bulgarian, json] = await Promise.all([
      submit('--scenario', 'not-granted', '--lang', 'en', '--out', here('refused')),
      submit('--scenario', 'not-granted', '--lang', 'bg'),
      submit('--scenario', 'not-granted', '--json'),
    ])
    const { en, doEn, bg, doBg } = PROBLEMS['access.not-granted']
    assert.deepEqual([english.status, bulgarian.status, json.status], [1, 1, 1])
    says(english, `✗ ${en} (access.not-granted, HTTP 403)`, doEn, 'Nothing was kept: a refusal is no answer')
    says(bulgarian, `✗ ${bg} (access.not-granted, HTTP 403)`, doBg)
    const { problem } = JSON.parse(json.stdout) as { problem: { code: string } }
    assert.equal(problem.code, 'access.not-granted')
    assert.equal(existsSync(here('refused/answer.xml')), false)
    assert.equal(estate.questions, asked)
  })

  it('of a signed refusal: the reason for each call; it verifies, is kept, and is no success', async () => {
    estate.simulator.setFault('maritime-registry', { kind: 'malformed' })
    const refused = await submit('--scenario', 'water-taxi', '--lang', 'en', '--out', here('signed-refusal'))
    assert.equal(refused.status, 1, refused.stderr)
    const { en } = PROBLEMS['provider.bad-answer']
    says(refused, 'One signed answer: refused, ', 'Reasons', `✗ certificates · ${en} · provider.bad-answer`)
    says(
      refused,
      'Verification of the answer',
      '✓ The answer was signed by edno and has not been changed.',
      'The evidence is in',
    )
    assert.ok(!refused.stdout.includes('Data the grant discloses'), 'half an answer must not be decided on')
    assert.ok(existsSync(here('signed-refusal/answer.xml')))
  })

  it('of an answer that is late: by when it comes, and how to get it, by the file or without one', async () => {
    estate.simulator.setFault('vehicle-register', HANGS)
    const { file, id } = signed('taxi', 'late.xml')
    const held = await submit(file, '--wait', '0', '--lang', 'en')
    assert.equal(held.status, 1, 'who waits, however little, has no answer')
    says(held, `The exchange ${id} runs; its answer comes by 20`, `send the same file again: npx edno submit ${file}`)
    const composed = await submit('--no-wait', '--lang', 'bg')
    assert.equal(composed.status, 0, composed.stderr)
    says(composed, 'тече; отговорът му идва най-късно в 20', 'Заявлението не е запазено (--out го запазва)')
    says(composed, 'npx edno evidence get ', ' --party troyan --out exchange.asice')
    const out = here('later')
    const kept = await submit('--no-wait', '--lang', 'en', '--out', out)
    says(kept, `npx edno submit ${join(out, 'application.xml')}`)
    assert.ok(existsSync(join(out, 'application.xml')))
  })

  it('of an exchange that is taken back while it waits: that it was, in a signed answer', async () => {
    estate.simulator.setFault('vehicle-register', HANGS)
    const { file, id } = signed('taxi', 'cancelled.xml')
    const waiting = submit(file, '--lang', 'en')
    await until('it runs', async () => {
      const reply = await client.answerOf(id, 0)
      return reply.kind === 'later'
    })
    const cancelled = await client.cancel(id)
    assert.equal(cancelled.kind, 'answer')
    const ended = await waiting
    says(ended, 'One signed answer: cancelled, ', 'Reasons', PROBLEMS['exchange.cancelled'].en, 'exchange.cancelled')
    says(ended, 'Verification of the answer', '✓ The answer was signed by edno and has not been changed.')
    assert.ok(!ended.stdout.includes('Data the grant discloses'), 'there is none in it, whatever the grant says')
    assert.equal(ended.status, 1, 'whoever scripts this has no permit to issue')
  })

  it('of an edno that does not answer: where it was looked for, in one sentence', async () => {
    const gone = 'https://127.0.0.1:1'
    for (const args of [[], ['--dry-run'], ['--no-wait'], ['--json']]) {
      const { status, stdout, stderr } = await submit('--url', gone, ...args)
      assert.deepEqual([status, stdout], [1, ''], args.join())
      assert.equal(stderr, `edno: edno does not answer at ${gone}; is it running (npm start)?\n`)
    }
  })
})
