import assert from 'node:assert/strict'
import { output } from '../../src/cli/output.ts'
import { runChecks } from '../../src/cli/adapter/run-checks.ts'
import { writeReport } from '../../src/cli/adapter/write-report.ts'
import { CodeList } from '../support/code-list.ts'
import { NewAdapter } from '../support/new-adapter.ts'
import { ROOT } from '../support/processes.ts'

const EGN = { type: 'string', format: 'egn', title: 'ЕГН', 'x-title-en': 'Personal number (ЕГН)' }
const reasonsOf = async (folder: string): Promise<string> =>
  (await runChecks(ROOT, folder)).checks.flatMap(({ reason }) => (reason === undefined ? [] : [reason])).join('\n')

describe('the check of an adapter whose operation has no subject', function () {
  this.timeout(120_000)
  let list: CodeList
  afterEach(() => list.made.remove())

  for (const transport of ['rest', 'regix', 'sql'] as const)
    it(`passes one that speaks ${transport}, which asks with nothing`, async () => {
      list = await CodeList.write(transport)
      const report = await runChecks(ROOT, list.made.folder)
      assert.deepEqual(
        report.checks.filter(({ passed }) => !passed),
        [],
      )
      assert.deepEqual(
        report.checks.filter(({ notApplicable }) => notApplicable !== undefined).map(({ title }) => title),
        ['shows when the registry answers about another'],
      )
      const titles = report.checks.map(({ title }) => title)
      assert.ok(titles.includes('has an example found, which its schemas accept'))
      assert.ok(titles.includes('names nobody in its answer'))
    })

  it('says which check does not apply, and why, in each form of the report', async () => {
    list = await CodeList.write('rest')
    const report = await runChecks(ROOT, list.made.folder)
    const why = 'the operation has no subject, so that no answer is about another'
    const written = (reporter: 'text' | 'tap' | 'junit'): string => writeReport(report, reporter, output('en'))
    assert.match(written('text'), new RegExp(`– shows when the registry answers about another not applicable: ${why}`))
    assert.match(written('text'), new RegExp(`passed: ${report.checks.length - 1}/${report.checks.length - 1} checks`))
    assert.match(
      written('tap'),
      new RegExp(`^ok \\d+ - permit@1: shows when the registry answers about another # SKIP ${why}$`, 'm'),
    )
    assert.match(written('junit'), / failures="0" skipped="1" /)
    assert.match(written('junit'), new RegExp(`><skipped message="${why}"/></testcase>`))
  })

  it('fails one that names a person in its answer', async () => {
    list = await CodeList.write('rest')
    list.edit('permit.v1/examples/found.json', (example) => ({
      ...example,
      evidence: { ...(example['evidence'] as object), holder: 'код 8427029967' },
    }))
    assert.match(await reasonsOf(list.made.folder), /the number of a person stands in an answer about nobody/)
  })

  it('refuses one that can be asked about somebody all the same', async () => {
    list = await CodeList.write('rest')
    list.edit('permit.v1/input.schema.json', (schema) => ({ ...schema, properties: { egn: EGN } }))
    assert.match(
      await reasonsOf(list.made.folder),
      /adapter\.json:\d+: .*permit@1: subject is "none", and the input field "egn" takes more than listed words \(enum\) or a date/,
    )
    // Any text could be somebody's number.
    for (const field of [{ type: 'string' }, { type: 'integer' }, { anyOf: [{ enum: ['a'] }, { type: 'string' }] }]) {
      list.edit('permit.v1/input.schema.json', (schema) => ({ ...schema, properties: { code: field } }))
      assert.match(await reasonsOf(list.made.folder), /the input field "code" takes more than listed words/)
    }
  })

  it('takes one that asks which list, or as of which day', async () => {
    list = await CodeList.write('rest')
    const which = { type: 'string', enum: ['kinds', 'fuels'], title: 'Списък', 'x-title-en': 'List' }
    const day = { type: 'string', format: 'date', title: 'Към дата', 'x-title-en': 'As of' }
    list.edit('permit.v1/input.schema.json', (schema) => ({
      ...schema,
      required: ['which'],
      properties: { which, day },
    }))
    list.edit('permit.v1/rest.json', (map) => ({ ...map, question: [{ wire: 'list', field: 'which' }] }))
    list.edit('permit.v1/examples/found.json', (example) => ({ ...example, input: { which: 'kinds' } }))
    assert.equal(await reasonsOf(list.made.folder), '')
  })

  it('refuses one whose evidence names a person, a firm or a thing', async () => {
    list = await CodeList.write('rest')
    list.edit('permit.v1/evidence.schema.json', (schema) => ({
      ...schema,
      properties: { ...(schema['properties'] as object), egn: EGN },
    }))
    assert.match(
      await reasonsOf(list.made.folder),
      /subject is "none", and the evidence field "egn" \(egn\) names a person, a firm or a thing/,
    )
  })

  for (const [transport, file, place] of [
    ['rest', 'rest.json', '/question/0/field'],
    ['regix', 'regix.json', '/request/fields/0/field'],
    ['sql', 'sql.json', '/where/0/field'],
  ] as const) {
    it(`refuses one whose ${file} asks about somebody`, async () => {
      list = await CodeList.write(transport)
      list.edit(`permit.v1/${file}`, (map) => asking(map, [{ wire: 'EGN', column: 'egn', field: 'egn' }], transport))
      const reasons = await reasonsOf(list.made.folder)
      assert.match(reasons, new RegExp(`${file}:\\d+: .*${place} "egn" is `))
    })

    it(`refuses one with a subject whose ${file} asks without saying about whom`, async () => {
      list = await CodeList.write(transport)
      const made = await NewAdapter.write('code-lists', transport)
      try {
        const other = Object.assign(Object.create(CodeList.prototype) as CodeList, { made })
        other.edit(`permit.v1/${file}`, (map) => asking(map, [], transport))
        assert.match(
          await reasonsOf(made.folder),
          new RegExp(
            `${file}:\\d+: .*${place.replace('/0/field', '')} no line asks for "egn", by which the manifest says`,
          ),
        )
      } finally {
        made.remove()
      }
    })
  }
})

/** Its question, in other lines. */
function asking(
  map: Record<string, unknown>,
  lines: readonly { readonly wire: string; readonly column: string; readonly field: string }[],
  transport: 'rest' | 'regix' | 'sql',
): Record<string, unknown> {
  const wires = lines.map(({ wire, field }) => ({ wire, field }))
  if (transport === 'sql') return { ...map, where: lines.map(({ column, field }) => ({ column, field })) }
  if (transport === 'rest') return { ...map, question: wires }
  return { ...map, request: { ...(map['request'] as object), fields: wires } }
}
