import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterReport } from '../../src/catalogue/adapter-report.ts'
import { runChecks } from '../../src/cli/adapter/run-checks.ts'
import { TRANSPORTS } from '../../src/cli/adapter/template/template.ts'
import { NewAdapter } from '../support/new-adapter.ts'
import { ROOT } from '../support/processes.ts'

const failed = ({ checks }: AdapterReport): readonly string[] =>
  checks.filter(({ passed }) => !passed).map(({ title }) => title)

describe('the check of an adapter', function () {
  this.timeout(120_000)

  for (const transport of TRANSPORTS)
    it(`passes one that speaks ${transport} as it was begun, in a folder outside the tree`, async () => {
      const made = await NewAdapter.write('fishing-licences', transport)
      try {
        const report = await runChecks(ROOT, made.folder)
        assert.deepEqual(
          report.checks.filter(({ passed }) => !passed),
          [],
        )
        assert.equal(report.passed, true)
        assert.ok(report.checks.length > 20)
      } finally {
        made.remove()
      }
    })

  describe('of one that does what no adapter may', () => {
    const handler = (body: string, before = ''): string => `
import { dataAdapter } from 'edno/adapter-kit'
${before}
export default {
  open: async (options) => {
    const inner = await dataAdapter.open(options)
    const ask = inner.operations['permit@1']
    ${body}
  },
}`
    const wrapped = (ask: string, before = ''): string =>
      handler(
        `return { operations: { 'permit@1': async (input, context) => { ${ask} } }, [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose]() }`,
        before,
      )
    const CASES: readonly { readonly does: string; readonly index: string; readonly fails: RegExp }[] = [
      {
        does: 'never closes its connections',
        index: handler(`return { operations: inner.operations, [Symbol.asyncDispose]: async () => {} }`),
        fails: /^keeps its connections alive, and closes them/,
      },
      {
        does: 'never ends being closed',
        index: handler(`return { operations: inner.operations, [Symbol.asyncDispose]: () => new Promise(() => {}) }`),
        fails: /^keeps its connections alive, and closes them/,
      },
      {
        does: 'returns more than it is asked for',
        index: wrapped(
          `return ask(input, { ...context, fields: ['egn', 'number', 'holder', 'validUntil', 'active'] })`,
        ),
        fails: /^returns the asked fields and the subject only/,
      },
      {
        does: 'throws strings',
        index: wrapped(`try { return await ask(input, context) } catch (error) { throw 'no luck' }`),
        fails: /^(tells a registry that does|gives up at once)/,
      },
      {
        does: 'writes personal data into the log',
        index: wrapped(`context.log.info('asked', { about: input.egn }); return ask(input, context)`),
        fails: /^writes nothing of a question or an answer/,
      },
      {
        does: 'prints personal data',
        index: wrapped(`process.stderr.write('asked about ' + input.egn + '\\n'); return ask(input, context)`),
        fails: /^writes nothing of a question or an answer/,
      },
      {
        does: 'names a person as the place where an answer is not as agreed',
        index: wrapped(
          `try { return await ask(input, context) } catch (error) { throw new AdapterFault(error.kind, 'no luck', { at: 'Permits/' + input.egn, retryAfterMs: error.retryAfterMs }) }`,
          `import { AdapterFault } from 'edno/adapter-kit'`,
        ),
        fails: /^writes nothing of a question or an answer/,
      },
      {
        does: 'mixes calls',
        index: wrapped(
          `last = input; await new Promise((resolve) => setTimeout(resolve, 5)); return ask(last, context)`,
          'let last',
        ),
        fails: /^does not mix calls/,
      },
      {
        does: 'takes no notice of the deadline',
        index: wrapped(`return ask(input, { ...context, signal: new AbortController().signal })`),
        fails: /^(tells a registry that does (hang|stalled|dripping)|gives up at once)/,
      },
      {
        does: 'takes every failure for no record',
        index: wrapped(
          `try { return await ask(input, context) } catch { return { status: 'not-found', asOf: '2026-01-01', sourceReference: 'x', signedByRegistry: false } }`,
        ),
        fails: /^(tells a registry that does|gives up at once)/,
      },
      {
        does: 'leaves errors behind',
        index: wrapped(`void Promise.reject(new Error('left behind')); return ask(input, context)`),
        fails: /^leaves no error behind/,
      },
      {
        does: 'cannot be imported',
        index: 'import "./nowhere.js"',
        fails: /^has a valid manifest/,
      },
    ]
    for (const { does, index, fails } of CASES)
      it(`fails one that ${does}, on that line and on no other`, async () => {
        const made = await NewAdapter.write('fishing-licences', 'rest')
        try {
          writeFileSync(join(made.folder, 'index.js'), index)
          const report = await runChecks(ROOT, made.folder)
          assert.equal(report.passed, false)
          assert.ok(failed(report).some((title) => fails.test(title)))
          assert.deepEqual(
            failed(report).filter((title) => !fails.test(title)),
            [],
          )
        } finally {
          made.remove()
        }
      })

    const spoilt = (file: string, from: string, to: string) => async (): Promise<readonly string[]> => {
      const made = await NewAdapter.write('fishing-licences', 'rest')
      try {
        const path = join(made.folder, file)
        const text = readFileSync(path, 'utf8')
        assert.ok(text.includes(from))
        writeFileSync(path, text.replace(from, to))
        const { checks } = await runChecks(ROOT, made.folder)
        return checks.flatMap(({ reason }) => (reason === undefined ? [] : [reason]))
      } finally {
        made.remove()
      }
    }

    it('asks one of RegiX that wants a thread of its own there as anywhere, of data alone', async () => {
      const made = await NewAdapter.write('fishing-licences', 'regix')
      try {
        const file = join(made.folder, 'adapter.json')
        const manifest = JSON.parse(readFileSync(file, 'utf8')) as object
        writeFileSync(file, JSON.stringify({ ...manifest, isolation: 'worker' }))
        const { checks } = await runChecks(ROOT, made.folder)
        assert.deepEqual(
          checks.filter((check) => !check.passed),
          [],
        )
      } finally {
        made.remove()
      }
    })

    it('asks one that wants a thread of its own in such a thread', async () => {
      const made = await NewAdapter.write('fishing-licences', 'rest')
      try {
        const thread = "import { isMainThread } from 'node:worker_threads'"
        writeFileSync(
          join(made.folder, 'index.js'),
          wrapped(`if (isMainThread) throw 'it is asked in the thread of edno'; return ask(input, context)`, thread),
        )
        assert.ok(failed(await runChecks(ROOT, made.folder)).length > 0)
        const file = join(made.folder, 'adapter.json')
        const manifest = JSON.parse(readFileSync(file, 'utf8')) as object
        writeFileSync(file, JSON.stringify({ ...manifest, isolation: 'worker' }))
        const { checks, passed } = await runChecks(ROOT, made.folder)
        assert.deepEqual(
          checks.filter((check) => !check.passed),
          [],
        )
        assert.equal(passed, true)
      } finally {
        made.remove()
      }
    })

    it('says of one that is disclosed as a check only whether a check finds anything in it', async () => {
      const made = await NewAdapter.write('fishing-licences', 'rest')
      try {
        const file = join(made.folder, 'adapter.json')
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace('"idempotent"', '"disclosure": "checks-only", "idempotent"'),
        )
        const { checks, passed } = await runChecks(ROOT, made.folder)
        assert.equal(passed, true)
        assert.ok(checks.some(({ title }) => /^is disclosed as a check only/.test(title)))
      } finally {
        made.remove()
      }
    })

    it('names the line of a map that leads nowhere', async () => {
      const [reason = ''] = await spoilt('permit.v1/rest.json', '"field": "holder"', '"field": "owner"')()
      assert.match(reason, /rest\.json:\d+: .*\/answer\/fields\/\d\/field "owner" is no field of its schema/)
    })

    it('names what the manifest may not say', async () => {
      const [reason = ''] = await spoilt('adapter.json', '"idempotent": true', '"idempotent": "yes"')()
      assert.match(reason, /idempotent must be boolean/)
    })

    it('misses a second example found, about somebody else', async () => {
      const made = await NewAdapter.write('fishing-licences', 'rest')
      try {
        rmSync(join(made.folder, 'permit.v1/examples/found-expired.json'))
        assert.deepEqual(failed(await runChecks(ROOT, made.folder)), ['shows when the registry answers about another'])
      } finally {
        made.remove()
      }
    })
  })
})
