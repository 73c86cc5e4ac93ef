import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PersonPage } from '../../src/model/person.ts'
import { Estate } from '../support/estate.ts'
import { edno, type Ended } from '../support/processes.ts'

/** Invented. */
const DRIVER = '8427029967'
const PORTAL = ['--party', 'citizen-portal']
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('the commands about one person', function () {
  this.timeout(180_000)
  let estate: Estate
  let onEstate: Record<string, string>
  let exchange = ''
  before(async () => {
    estate = await Estate.make()
    const serving = await estate.serve()
    onEstate = { ...estate.variables, EDNO_HTTP_PORT: new URL(serving.url).port }
    const signed = estate.sign('taxi')
    exchange = signed.exchangeId
    await estate.client(serving.url).send(signed.bytes)
  })
  after(() => estate.close())

  const run = (input: string | undefined, ...args: string[]): Promise<Ended> =>
    edno([...args, '--lang', 'en'], onEstate, input)
  const search = ['audit', 'person', '--party', 'audit-office', '--basis', 'Order 12/2026']
  const period = ['--from', day(-2), '--to', day(2)]

  it('find exchanges by a number that is piped in', async () => {
    const { status, stdout, stderr } = await run(`${DRIVER}\n`, ...search, ...period)
    assert.equal(status, 0, stderr)
    assert.match(stdout, new RegExp(`${exchange} .*troyan .*taxi-permit@1 .*zavp-24a .*asked about .*civil-registry`))
    assert.match(stdout, /1 of 1 shown/)
    assert.ok(!`${stdout}${stderr}`.includes(DRIVER))
  })

  it('find them by one that stands in a file', async () => {
    const file = join(estate.folder, 'number.txt')
    writeFileSync(file, ` ${DRIVER}\n`)
    const { status, stdout } = await run(undefined, ...search, ...period, '--identifier-file', file, '--json')
    assert.equal(status, 0)
    assert.deepEqual(
      (JSON.parse(stdout) as PersonPage).exchanges.map(({ exchangeId }) => exchangeId),
      [exchange],
    )
  })

  it('take no number as an argument, and none that is none', async () => {
    assert.equal((await run('', ...search, ...period)).status, 2)
    assert.equal((await run('12345', ...search, ...period)).status, 2)
    assert.equal((await run(undefined, ...search, ...period, '--identifier-file', '/nowhere')).status, 2)
    assert.equal((await run(undefined, ...search, ...period, '--identifier', DRIVER)).status, 2)
    assert.equal((await run(DRIVER, 'audit', 'person', '--party', 'audit-office', ...period)).status, 2, 'no basis')
    const wrong = await run('8427029960', ...search, ...period)
    assert.deepEqual([wrong.status, /check digit/.test(wrong.stdout)], [1, true])
    assert.ok(!wrong.stdout.includes('8427029960'))
  })

  for (const [file, begins] of [
    ['report.html', '<!doctype html>'],
    ['report.pdf', '%PDF-'],
  ] as const)
    it(`make a page for a citizen that names nobody (${file})`, async () => {
      const path = join(estate.folder, file)
      const before = new Set(readdirSync(estate.folder))
      const made = await run(DRIVER, 'subject', 'report', ...PORTAL, '--out', path)
      assert.equal(made.status, 0, made.stderr)
      assert.match(made.stdout, /exchanges: 1/)
      const text = readFileSync(path, 'latin1')
      assert.ok(text.startsWith(begins))
      assert.ok(!text.includes(DRIVER))
      assert.equal(statSync(path).mode & 0o777, 0o600)
      assert.deepEqual(
        readdirSync(estate.folder).filter((name) => !before.has(name)),
        [file],
      )
      assert.equal((await run(DRIVER, 'subject', 'report', ...PORTAL, '--out', path)).status, 2, 'it is there already')
    })

  it('say the exchange in the page, and who asked', async () => {
    const text = readFileSync(join(estate.folder, 'report.html'), 'utf8')
    for (const said of [exchange, 'Troyan Municipality', 'Permit to carry passengers by taxi', 'lang="en"'])
      assert.ok(text.includes(said), said)
  })

  it('make none for whoever is no portal, and none of another form', async () => {
    const out = ['--out', join(estate.folder, 'other.html')]
    const refused = await run(DRIVER, 'subject', 'report', '--party', 'troyan', ...out)
    assert.deepEqual([refused.status, /access\.not-portal/.test(refused.stdout)], [1, true])
    assert.equal((await run(DRIVER, 'subject', 'report', ...PORTAL, '--out', 'report.doc')).status, 2)
    assert.equal((await run(DRIVER, 'subject', 'report', ...PORTAL)).status, 2)
  })
})
