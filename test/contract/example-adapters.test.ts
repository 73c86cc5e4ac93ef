import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { dataAdapter } from '../../src/adapter-kit/data-adapter.ts'
import type { CallContext, Finding } from '../../src/adapter-kit/adapter.ts'
import { readExamples, readManifest } from '../../src/adapter-kit/examples.ts'
import { runChecks } from '../../src/cli/adapter/run-checks.ts'
import { testDatabaseUrl } from '../support/database.ts'
import { ROOT } from '../support/processes.ts'

const EXAMPLES = join(ROOT, 'docs', 'examples')
const LICENCES = join(EXAMPLES, 'fishing-licences')
const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('the worked examples of adapters in the documentation', function () {
  this.timeout(120_000)

  for (const { name } of folders)
    it(`passes its check: ${name}, which the guide names`, async () => {
      const report = await runChecks(ROOT, join(EXAMPLES, name))
      assert.deepEqual(
        report.checks.filter(({ passed }) => !passed),
        [],
      )
      assert.equal(report.passed, true)
      assert.ok(report.checks.length > 20)
      assert.match(readFileSync(join(ROOT, 'docs', 'adapter-guide.md'), 'utf8'), new RegExp(`\\(examples/${name}/`))
    })

  it('are one that speaks SOAP, with the signatures of WS-Security, and one that reads SQL, without code', () => {
    const transports = folders.map(({ name }) => readManifest(join(EXAMPLES, name)).transport)
    assert.deepEqual(transports.sort(), ['soap', 'sql'])
    assert.match(readFileSync(join(EXAMPLES, 'bee-farms', 'index.js'), 'utf8'), /security: 'x509'/)
    assert.match(readFileSync(join(EXAMPLES, 'bee-farms', 'simulator', 'index.js'), 'utf8'), /signed: true/)
    assert.ok(readdirSync(LICENCES, { recursive: true }).every((file) => !/\.[jt]s$/.test(String(file))))
  })

  describe('the register of register.sql, in a real PostgreSQL', () => {
    let owner: pg.Client
    let address: URL
    before(async () => {
      address = new URL(await testDatabaseUrl('empty'))
      owner = new pg.Client({ connectionString: address.href })
      await owner.connect()
      await owner.query(readFileSync(join(LICENCES, 'register.sql'), 'utf8'))
    })
    after(async () => {
      await owner.query('drop owned by edno_reads_fishing; drop role edno_reads_fishing')
      await owner.end()
    })

    it('answers as the examples say', async () => {
      const url = `postgres://edno_reads_fishing@${address.host}${address.pathname}`
      const endpoint = { url, ca: '', certificate: '', key: '', password: 'change-me' }
      const adapter = await dataAdapter.open({ endpoint, folder: LICENCES, manifest: readManifest(LICENCES) })
      try {
        const ask = adapter.operations['licences@1']
        assert.ok(ask)
        const fields = ['egn', 'licences.number', 'licences.kind', 'licences.validUntil', 'licences.paid']
        for (const { file, input, ...expected } of readExamples(join(LICENCES, 'licences.v1'))) {
          const context = { fields, signal: AbortSignal.timeout(30_000) } as unknown as CallContext
          const finding: Finding = await ask(input, context)
          assert.equal(finding.status, expected.status, file)
          if (finding.status === 'found' && expected.status === 'found')
            assert.deepEqual(finding.evidence, expected.evidence, file)
        }
      } finally {
        await adapter[Symbol.asyncDispose]()
      }
    })

    it('lets its role read the view, and not the table behind it', async () => {
      const { rows } = await owner.query<{ table_name: string; privilege_type: string }>(
        "select table_name, privilege_type from information_schema.role_table_grants where grantee = 'edno_reads_fishing'",
      )
      assert.deepEqual(rows, [{ table_name: 'licences_for_edno', privilege_type: 'SELECT' }])
    })
  })
})
