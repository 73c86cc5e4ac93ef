import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Estate, type Serving } from '../support/estate.ts'
import { type Ended, ROOT, run } from '../support/processes.ts'
import { TAXI_PASSED } from '../support/taxi-permit.ts'

const example = (name: string): string => join(ROOT, 'docs', 'examples', name)

describe('the examples of the documentation, as they stand there', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
  })
  after(() => estate.close())

  const variables = (): Record<string, string> => ({ EDNO_URL: serving.url, EDNO_PKI: join(estate.folder, 'pki') })
  const linesOf = ({ stdout }: Ended): string[] => stdout.trim().split('\n')

  it('send an application with the client in twenty lines, which the README shows whole', async () => {
    const text = readFileSync(example('first-exchange.mjs'), 'utf8')
    assert.ok(readFileSync(join(ROOT, 'README.md'), 'utf8').includes(text), 'the README shows something else')
    assert.ok(text.split('\n').filter((line) => !/^\s*(\/\/|$)/.test(line)).length <= 20, 'more than twenty lines')
    const ended = await run('node', [example('first-exchange.mjs')], variables())
    assert.equal(ended.status, 0, ended.stderr)
    assert.deepEqual(linesOf(ended), TAXI_PASSED)
    for (const told of [/^call driver found$/m, /^answer/m, /^entry \d+ of \d+ in the log$/m])
      assert.match(ended.stderr, told)
  })

  it('say what is wrong where the answer is not one of the edno that is trusted', async () => {
    const pki = join(estate.folder, 'parties-only')
    cpSync(join(estate.folder, 'pki'), pki, { recursive: true })
    cpSync(join(pki, 'parties', 'vidin', 'seal.crt'), join(pki, 'broker', 'seal.crt'))
    const ended = await run('node', [example('first-exchange.mjs')], { ...variables(), EDNO_PKI: pki })
    assert.equal(ended.status, 1)
    assert.match(ended.stderr, /AnswerNotVerified: the answer is not proved: answer\.signature/)
    assert.equal(ended.stdout, '')
  })

  it('send, follow and verify with xmlsec1, curl and unzip alone', async function () {
    for (const tool of ['xmlsec1', 'curl', 'unzip']) {
      if ((await run('which', [tool])).status === 0) continue
      process.stderr.write(`      ${tool} is not installed\n`)
      this.skip()
    }
    const folder = join(estate.folder, 'by-hand')
    mkdirSync(folder)
    const ended = await run('sh', [example('send-and-follow.sh'), folder], variables())
    assert.equal(ended.status, 0, ended.stdout + ended.stderr)
    assert.deepEqual(linesOf(ended).slice(-TAXI_PASSED.length), TAXI_PASSED)
  })
})
