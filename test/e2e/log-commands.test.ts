import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Estate, type Serving } from '../support/estate.ts'
import { type Ended, edno, run } from '../support/processes.ts'

/** What an operator and an auditor type: real processes, a real log. */
describe('commands about the exchange log', function () {
  this.timeout(180_000)
  let estate: Estate
  let serving: Serving
  const file = (name: string): string => join(estate.folder, name)
  const command = (...args: string[]): Promise<Ended> => edno(['log', ...args], estate.variables)
  const submit = async (): Promise<void> => {
    const ended = await edno(['submit', '--url', serving.url, '--out', file('evidence')], estate.variables)
    assert.equal(ended.status, 0, ended.stderr)
  }
  const address = (): readonly string[] => ['--ca', file('pki/ca.crt')]
  before(async () => {
    estate = await Estate.make()
    serving = await estate.serve()
    await submit()
  })
  after(() => estate.close())

  it('copy the log of the rows while edno runs, and verify the copy with the key that was known before', async () => {
    const copied = await command('export', file('log'), '--json')
    assert.equal(copied.status, 0, copied.stderr)
    const { size, added } = JSON.parse(copied.stdout) as { size: number; added: number }
    assert.ok(size >= 4)
    assert.equal(added, size)
    const verified = await command('verify', file('log'), '--vkey', file('log.vkey'), '--lang', 'en')
    assert.equal(verified.status, 0, verified.stderr)
    assert.match(verified.stdout, /Every exchange was opened once/)
    assert.match(verified.stdout, /The whole log holds\./)
    assert.doesNotMatch(verified.stdout, /--vkey/)
    writeFileSync(file('kept'), readFileSync(join(file('log'), 'checkpoint')))
  })

  it('go on with the copy from the address, and verify it there, against a head that was kept', async () => {
    await submit()
    const url = `${serving.url}/log/`
    const copied = await command('export', file('log'), '--from', url, ...address(), '--json')
    assert.equal(copied.status, 0, copied.stderr)
    assert.ok((JSON.parse(copied.stdout) as { added: number }).added >= 3)
    for (const where of [[file('log')], [serving.url, ...address()]]) {
      const verified = await command('verify', ...where, '--since', file('kept'), '--json')
      assert.equal(verified.status, 0, verified.stderr)
      const { holds, findings, ownKey } = JSON.parse(verified.stdout) as Record<string, unknown>
      assert.equal(holds, true)
      assert.equal(ownKey, true)
      assert.ok(JSON.stringify(findings).includes('log.consistent'))
    }
  })

  it('say in either language what does not hold, and end with 1', async () => {
    const copy = file('log')
    const bundles = readdirSync(join(copy, 'tile/entries/000.p')).map(Number)
    const bundle = join(copy, 'tile/entries/000.p', String(Math.max(...bundles)))
    const bytes = readFileSync(bundle)
    writeFileSync(bundle, bytes.toString('latin1').replace('"troyan"', '"lovech"'), 'latin1')
    const bg = await command('verify', copy, '--vkey', file('log.vkey'), '--lang', 'bg')
    assert.equal(bg.status, 1)
    assert.match(bg.stdout, /Записите НЕ дават подписания корен/)
    assert.match(bg.stdout, /Дневникът НЕ е верен/)
    const en = await command('verify', copy, '--vkey', readFileSync(file('log.vkey'), 'utf8').trim(), '--lang', 'en')
    assert.equal(en.status, 1)
    assert.match(en.stdout, /A tile does NOT follow from the entries\. \(entry \d+, tile\/0\/000\.p\/\d+\)/)
    writeFileSync(bundle, bytes)
  })

  it('end with 2 where nothing can be checked or copied', async () => {
    for (const [args, says] of [
      [['verify', file('nowhere')], /no key/],
      [['verify', file('log'), '--vkey', 'x'], /key of the log/],
      [['verify', file('log'), '--since', file('nowhere')], /does not exist/],
      [['verify', 'https://127.0.0.1:1/log/', '--vkey', file('log.vkey')], /cannot be fetched/],
      [['export'], /argument/],
    ] as const) {
      const { status, stderr } = await command(...args)
      assert.equal(status, 2, args.join(' '))
      assert.match(stderr, says)
    }
  })

  it('have an example in their help', async () => {
    for (const verb of ['export', 'verify'])
      assert.match((await command(verb, '--help')).stdout, new RegExp(`Examples?:\\n  edno log ${verb}`))
  })

  it('leave to openssl what stands in docs/exchange-log.md', async function () {
    if ((await run('openssl', ['version']).catch(() => undefined)) === undefined) this.skip()
    if ((await run('xxd', ['--version']).catch(() => undefined)) === undefined) this.skip()
    const page = readFileSync(new URL('../../docs/exchange-log.md', import.meta.url), 'utf8')
    const lines = /with openssl:\n\n((?: {4}.*\n)+)/.exec(page)![1]!.replaceAll(/^ {4}/gm, '')
    const verify = (): Promise<Ended> => run('bash', ['-ec', `cd "$FOLDER"\n${lines}`], { FOLDER: estate.folder })
    const holds = await verify()
    assert.match(holds.stdout, /Signature Verified Successfully/, holds.stderr)
    const head = readFileSync(file('log/checkpoint'), 'utf8')
    writeFileSync(file('log/checkpoint'), head.replace(/\n(\d+)\n/, '\n1$1\n'))
    assert.notEqual((await verify()).status, 0)
    writeFileSync(file('log/checkpoint'), head)
  })
})
