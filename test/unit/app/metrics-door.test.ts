import assert from 'node:assert/strict'
import { openMetricsDoor } from '../../../src/app/metrics-door.ts'
import { ConfigRefused } from '../../../src/config/config-refused.ts'

describe('the port for programs of this machine', () => {
  const opened: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of opened.splice(0)) await close()
  })
  const write = (): Promise<string> => Promise.resolve('edno_log_size 1\n')

  it('is not there unless it is configured', async () => {
    assert.equal(await openMetricsDoor({}, { write }, opened), undefined)
    assert.deepEqual(opened, [])
  })

  it('that is taken is a mistake of its own setting, told with the variable that mends it', async () => {
    const url = await openMetricsDoor({ metrics: { port: 0 } }, { write }, opened)
    const port = Number(new URL(url!).port)
    await assert.rejects(openMetricsDoor({ metrics: { port } }, { write }, opened), (error) => {
      assert.ok(error instanceof ConfigRefused)
      assert.match(error.mistakes[0]!, new RegExp(`^/metrics/port ${port} is taken.*EDNO_METRICS_PORT$`))
      return true
    })
  })

  it('says that it failed, and nothing of why', async () => {
    const failing = (): Promise<string> => Promise.reject(new Error('a secret'))
    const url = await openMetricsDoor({ metrics: { port: 0 } }, { write: failing }, opened)
    const answered = await fetch(url!)
    const text = await answered.text()
    assert.equal(answered.status, 500)
    assert.deepEqual([(JSON.parse(text) as { code: string }).code, text.includes('secret')], ['broker.internal', false])
  })
})
