import assert from 'node:assert/strict'
import { serviceRef } from '../../../src/model/ids.ts'
import { aService, Folder, operation } from './a-folder.ts'

const PERSON = operation('person')
const GOOD = '  a: { operation: people/person@1, input: { egn: application.person.egn } }'

/** file → text, and what must be said about it: line and words. */
const BROKEN: readonly (readonly [string, string, readonly (readonly [number, RegExp])[]])[] = [
  [
    'operation',
    aService('operation', '  a: { operation: people/nobody@1, input: { egn: application.person.egn } }'),
    [[9, /unknown operation people\/nobody@1$/]],
  ],
  [
    'adapter',
    aService('adapter', '  a: { operation: bees/farm@1, input: { egn: application.person.egn } }'),
    [[9, /unknown operation bees\/farm@1: no adapter of bees is open; is its folder in adapters\.fromFolders/]],
  ],
  [
    'input',
    aService(
      'input',
      ['  a:', '    operation: people/person@1', '    input:', '      name: application.person.egn'].join('\n'),
    ),
    [
      [12, /has no input field "name"/],
      [11, /needs the input field "egn"/],
    ],
  ],
  [
    'cycle',
    aService(
      'cycle',
      [
        '  a: { operation: people/person@1, input: { egn: calls.b.egn } }',
        '  b: { operation: people/person@1, input: { egn: calls.a.egn } }',
        '  c: { operation: people/person@1, input: { egn: calls.b.egn } }',
      ].join('\n'),
    ),
    [
      [9, /cycle: a → b → a/],
      [11, /unreachable: it needs b/],
    ],
  ],
  [
    'unreachable',
    aService(
      'unreachable',
      `${GOOD}\n  b: { operation: people/person@1, input: { egn: application.person.egn }, when: 'false' }`,
    ),
    [[10, /unreachable: the condition is never true/]],
  ],
  [
    'deadline',
    aService('deadline', GOOD, ['deadlineMs: 2000']),
    [[10, /2000 ms is shorter than the 3000 ms that the required call a may take/]],
  ],
  [
    'chain',
    aService('chain', `${GOOD}\n  b: { operation: people/person@1, input: { egn: calls.a.egn } }`),
    [[7, /5000 ms is shorter than the 6000 ms that a → b may take one after the other/]],
  ],
  [
    'groups',
    aService(
      'groups',
      [
        GOOD,
        '  b: { operation: people/person@1, need: optional, input: { egn: application.person.egn } }',
        '  c: { operation: people/person@1, input: { egn: calls.a.egn } }',
        '  d: { operation: people/person@1, forEach: calls.b.relatives, input: { egn: item.egn } }',
      ].join('\n'),
      ['deadlineMs: 60000', 'anyOf: [[a, b], [c, a], [d, nobody]]'],
    ),
    [
      [10, /calls\.c: reads some of a, b, of which any may be missing, and not b/],
      [11, /calls\.d: reads some of a, b/],
      [14, /anyOf\.0: its calls are all required or all optional/],
      [14, /anyOf\.1: a stands in another group too/],
      [14, /anyOf\.1: c needs a: that is no alternative to it/],
      [14, /anyOf\.2: d is made for each item of a list, not once/],
      [14, /anyOf\.2: the service has no call nobody/],
    ],
  ],
  [
    'field',
    aService('field', `${GOOD}\n  b: { operation: people/person@1, input: { egn: calls.a.owner.egn } }`),
    [[10, /people\/person@1 has no field "owner\.egn"/]],
  ],
  [
    'expression',
    aService(
      'expression',
      `${GOOD}\n  b: { operation: people/person@1, input: { egn: 'calls["a"].egn' }, when: application.person.egn == }`,
    ),
    [
      [10, /input\.egn: wrong expression: "calls" is only read/],
      [10, /when: wrong expression/],
    ],
  ],
  ['basis', aService('basis', GOOD, ['legalBasis: [known, unknown]']), [[10, /unknown legal basis "unknown"/]]],
  [
    'retention',
    aService('retention', GOOD, ['retention: forever']),
    [[11, /retention: unknown retention class "forever"; known: standard/]],
  ],
  [
    'schema',
    aService('schema', GOOD, ['schema: schemas/services/none.schema.json']),
    [[10, /there is no file schemas\/services\/none\.schema\.json/]],
  ],
  [
    'check',
    aService('check', GOOD, [
      'checks:',
      '  gone: { title: { bg: а, en: a }, expr: calls.nobody.egn == "1" }',
      '  text: { title: { bg: а, en: a }, expr: \'"text"\' }',
      '  item: { title: { bg: а, en: a }, expr: item.egn == "1" }',
      '  body: { title: { bg: а, en: a }, expr: application.nothing == "1" }',
    ]),
    [
      [11, /unknown call "nobody"/],
      [12, /must be true or false, and is string/],
      [13, /"item" exists in the input of a forEach call only/],
      [14, /the body has no field "nothing"/],
    ],
  ],
  [
    'each',
    aService(
      'each',
      [
        GOOD,
        '  b: { operation: people/person@1, forEach: calls.a.egn, input: { egn: item.egn } }',
        '  c: { operation: people/person@1, forEach: calls.a.relatives, input: { egn: item.nothing } }',
      ].join('\n'),
    ),
    [
      [10, /calls\.a\.egn is not a list/],
      [11, /has no field "relatives\.nothing"/],
    ],
  ],
  [
    'mandate',
    aService('mandate', GOOD, ['mandate: { call: b, firm: uic, representatives: egn }']),
    [
      [11, /is read only where applicantSignature is wanted/],
      [11, /the service has no call b/],
    ],
  ],
  [
    'mandates',
    aService('mandates', `${GOOD}\n  b: { operation: people/person@1, need: optional, input: { egn: calls.a.egn } }`, [
      'applicantSignature: required',
      'mandate: { call: b, firm: uic, representatives: nothing }',
    ]),
    [
      [13, /a call that is required, and made once, is expected/],
      [13, /b has no input uic/],
      [13, /people\/person@1 has no field nothing/],
    ],
  ],
  ['shape', 'id: shape\nversion: one\n', [[2, /\/version must be integer/]]],
  ['syntax', 'id: [shape\n', [[2, /./]]],
]

describe('loading services', () => {
  let folder: Folder
  beforeEach(() => {
    folder = new Folder()
  })
  afterEach(() => folder.remove())

  it('names every mistake of a folder of broken files at once, each with file and line', async () => {
    for (const [name, content] of BROKEN) folder.write(`config/services/${name}.yaml`, content)
    folder.write('config/services/twice-1.yaml', aService('twice', GOOD))
    folder.write('config/services/twice-2.yaml', aService('twice', GOOD))
    const found = await folder.mistakes()
    for (const [name, , expected] of BROKEN)
      for (const [line, words] of expected)
        assert.ok(
          found.some((mistake) => mistake.startsWith(`config/services/${name}.yaml:${line}: `) && words.test(mistake)),
          `${name}:${line} ${String(words)} is not among\n${found.join('\n')}`,
        )
    assert.ok(found.some((mistake) => /twice-2\.yaml:1: .*stands in another file too/.test(mistake)))
  })

  for (const [name, content, expected] of BROKEN.filter(([name]) => !['shape', 'syntax'].includes(name)))
    it(`says of a wrong ${name} just what is wrong`, async () => {
      folder.write(`config/services/${name}.yaml`, content)
      const found = await folder.mistakes()
      const unmatched = found.filter((mistake) => !expected.some(([, words]) => words.test(mistake)))
      assert.deepEqual(
        unmatched.filter((mistake) => !/unreachable|deadline/.test(mistake)),
        [],
      )
    })

  it('lets nothing but checks read what is disclosed as a check only', async () => {
    folder.writeAdapter('secrets', { operations: [{ ...PERSON, disclosure: 'checks-only' }] })
    const secret = '  s: { operation: secrets/person@1, input: { egn: application.person.egn } }'
    const check = 'checks:\n  known: { title: { bg: а, en: a }, expr: has(calls.s.egn) }'
    folder.write('config/services/good.yaml', aService('good', `${secret}\n${GOOD}`, [check]))
    const { calls } = (await folder.load()).services.get(serviceRef('good', 1))!.definition
    assert.deepEqual(
      calls.map(({ name, checksOnly }) => [name, checksOnly]),
      [
        ['s', true],
        ['a', undefined],
      ],
    )
    const readers = [
      '  a: { operation: people/person@1, input: { egn: calls.s.egn } }',
      '  b: { operation: people/person@1, input: { egn: application.person.egn }, when: has(calls.s.egn) }',
      '  c: { operation: people/person@1, forEach: calls.s.relatives, input: { egn: item.egn } }',
    ]
    const mandate = ['applicantSignature: required', 'mandate: { call: s, firm: egn, representatives: egn }']
    const more = ['deadlineMs: 60000', check, ...mandate]
    folder.write('config/services/bad.yaml', aService('bad', [secret, ...readers].join('\n'), more))
    const says = 'secrets/person@1 is disclosed as a check only: nothing but checks may read it'
    assert.deepEqual((await folder.mistakes()).toSorted(), [
      `config/services/bad.yaml:10: calls.b.when: ${says}`,
      `config/services/bad.yaml:11: calls.c.forEach: ${says}`,
      `config/services/bad.yaml:11: calls.c.input.egn: ${says}`,
      `config/services/bad.yaml:16: mandate.call: ${says}`,
      `config/services/bad.yaml:9: calls.a.input.egn: ${says}`,
    ])
  })

  it('reads off what each call needs and which fields are read, and orders the calls by it', async () => {
    const calls = [
      '  last: { operation: people/person@1, forEach: calls.first.relatives, input: { egn: item.egn }, need: optional }',
      '  first: { operation: people/person@1, input: { egn: application.person.egn } }',
    ].join('\n')
    folder.write(
      'config/services/a.yaml',
      aService('a', calls, ['checks:', '  c: { title: { bg: а, en: a }, expr: "calls.last.all(l, has(l.egn))" }']),
    )
    const service = (await folder.load()).services.get(serviceRef('a', 1))?.definition
    assert.deepEqual(
      service?.calls.map(({ name, need, needs, referenced, timeoutMs }) => ({
        name,
        need,
        needs,
        referenced,
        timeoutMs,
      })),
      [
        { name: 'first', need: 'required', needs: [], referenced: ['relatives.egn'], timeoutMs: 3000 },
        { name: 'last', need: 'optional', needs: ['first'], referenced: ['egn'], timeoutMs: 3000 },
      ],
    )
    assert.deepEqual(
      service.checks.map(({ id, calls: read }) => [id, read]),
      [['c', ['last']]],
    )
    assert.equal(service.demonstration, false)
  })

  it('gives plates their one spelling before they are judged, one or many', async () => {
    folder.write('config/services/a.yaml', aService('a', GOOD))
    const read = (await folder.load()).services.get(serviceRef('a', 1))
    assert.deepEqual(read?.readBody({ person: {}, plates: ['ob 0000 aa', 'ОВ0000АВ'] })['plates'], [
      'ОВ0000АА',
      'ОВ0000АВ',
    ])
    assert.deepEqual(read.readBody({ person: {}, plates: 'OB-0000-AA' })['plates'], ['ОВ0000АА'])
  })
})
