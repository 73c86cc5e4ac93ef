import assert from 'node:assert/strict'
import fc from 'fast-check'
import { setField } from '../../../../src/adapter-kit/regix/field-path.ts'
import { AdapterFault } from '../../../../src/adapter-kit/adapter.ts'
import { deniedFields, matrixPaths } from '../../../../src/adapter-kit/regix/matrix-paths.ts'
import { readFields } from '../../../../src/adapter-kit/regix/read-fields.ts'
import type { RegixMap, WireField, WireRoot } from '../../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../../src/adapter-kit/regix/write-fields.ts'
import { parseXml } from '../../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml } from '../../../../src/adapter-kit/soap/xml-element.ts'

const FIELDS: readonly WireField[] = [
  { wire: 'Number', field: 'number', required: true },
  { wire: 'n:Data/Status', field: 'status', values: { A: 'active', E: 'erased' } },
  { wire: 'n:Data/Length', field: 'length', type: 'number' },
  { wire: 'n:Data/Used', field: 'used', type: 'boolean' },
  { wire: 'n:Data/Issued', field: 'issued', type: 'dateTime' },
  { wire: 'n:Data/@Kind', field: 'kind' },
  {
    wire: 'Owners/Owner',
    field: 'owners',
    each: [
      { wire: 'Company', field: 'kind', present: 'company' },
      { wire: 'Company/Name', field: 'name', when: { field: 'kind', is: 'company' } },
      { wire: 'Person', field: 'kind', present: 'person' },
      { wire: 'Person', parts: ['First', 'Middle', 'Last'], field: 'name', when: { field: 'kind', is: 'person' } },
    ],
  },
]
const MAP: WireRoot = { root: 'Ship', namespace: 'urn:s', namespaces: { n: 'urn:n' }, fields: FIELDS }
const SHIP = {
  number: '7',
  status: 'active',
  length: 6.5,
  used: false,
  issued: '2026-01-15',
  kind: 'малък',
  owners: [
    { kind: 'company', name: 'Измислица ООД' },
    { kind: 'person', name: 'Иван Примеров Измислен' },
  ],
}
const XML =
  '<Ship xmlns="urn:s"><Number>7</Number><Data xmlns="urn:n" Kind="малък"><Status>A</Status><Length>6.5</Length>' +
  '<Used>false</Used><Issued>2026-01-15T00:00:00</Issued></Data><Owners><Owner><Company><Name>Измислица ООД</Name></Company></Owner>' +
  '<Owner><Person><First>Иван</First><Middle>Примеров</Middle><Last>Измислен</Last></Person></Owner></Owners></Ship>'

const NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'

/** Objects like those that are read. */
const PLAIN = { noNullPrototype: true } as const

const read = (text: string, map: WireRoot = MAP): object => readFields(parseXml(Buffer.from(text)), map)
const bad = (text: string): void =>
  assert.throws(
    () => read(text),
    (error) => AdapterFault.is(error) && error.kind === 'bad-answer' && !error.message.includes('тайна'),
  )

describe('the field map', () => {
  it('writes in the order of its lines, each name in its namespace', () => {
    assert.equal(writeXml(writeFields(SHIP, MAP), ''), XML)
  })

  it('reads the same back', () => {
    assert.deepEqual(read(XML), SHIP)
  })

  it('reads whatever it has written', () => {
    const word = fc.stringMatching(/^[А-Яа-я0-9]{1,8}$/)
    const owner = fc.oneof(
      fc.record({ kind: fc.constant('company'), name: word }, PLAIN),
      fc.record(
        {
          kind: fc.constant('person'),
          name: fc.array(word, { minLength: 1, maxLength: 5 }).map((all) => all.join(' ')),
        },
        PLAIN,
      ),
    )
    const ship = fc.record(
      {
        number: word,
        status: fc.constantFrom('active', 'erased'),
        length: fc.integer({ min: -999, max: 999 }),
        used: fc.boolean(),
        issued: fc.constantFrom('2024-02-29', '1884-07-02'),
        kind: word,
        owners: fc.array(owner),
      },
      { ...PLAIN, requiredKeys: ['number', 'owners'] },
    )
    fc.assert(fc.property(ship, (value) => assert.deepEqual(read(writeXml(writeFields(value, MAP), '')), value)))
  })

  it('leaves out what is absent, nil or blank, a list that is not there at all too', () => {
    const xsi = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'
    assert.deepEqual(read(`<Ship xmlns="urn:s" ${xsi}><Number>7</Number><Data xmlns="urn:n" x:nil="true"/></Ship>`), {
      number: '7',
    })
    assert.deepEqual(read('<Ship xmlns="urn:s"><Number>7</Number><Owners/></Ship>'), { number: '7', owners: [] })
  })

  it('refuses a name that it reads in another namespace, at any depth, and passes over names it does not read', () => {
    const owners = (inner: string): string => `<Ship xmlns="urn:s"><Number>7</Number><Owners>${inner}</Owners></Ship>`
    bad('<Ship xmlns="urn:s"><Number>7</Number><Data><Status>тайна</Status></Data></Ship>')
    bad('<Ship xmlns="urn:s"><Number>7</Number><Number xmlns="urn:other">тайна</Number></Ship>')
    bad(owners('<Owner><Person><Last xmlns="">тайна</Last></Person></Owner>'))
    bad(owners('<n:Owner xmlns:n="urn:n"/>'))
    assert.deepEqual(read('<Ship xmlns="urn:s"><Number>7</Number><Colour>бял</Colour><Mast xmlns="urn:n"/></Ship>'), {
      number: '7',
    })
  })

  it('takes a value wrapped in an unexpected element for a bad answer, not for an absent one', () => {
    bad('<Ship xmlns="urn:s"><Number>7</Number><Data xmlns="urn:n"><Issued><V>2026-01-15</V></Issued></Data></Ship>')
  })

  it('takes an empty list for none where one is required', () => {
    const wire = 'Owner'
    const map: WireRoot = { ...MAP, fields: [{ wire, field: 'o', required: true, each: [{ wire: 'N', field: 'n' }] }] }
    assert.throws(() => read('<Ship xmlns="urn:s"><Other>x</Other></Ship>', map), { kind: 'bad-answer' })
    assert.deepEqual(read('<Ship xmlns="urn:s"><Owner/></Ship>', map), { o: [{}] })
  })

  it('tells of a list only whether anything is in it, and nothing of what that is', () => {
    const map: WireRoot = { root: 'R', namespace: 'urn:r', fields: [{ wire: 'Acts/act', field: 'any', listed: true }] }
    const any = (inside: string): unknown => (read(`<R xmlns="urn:r">${inside}</R>`, map) as { any?: unknown }).any
    assert.equal(any('<Acts><act><Text>тайна</Text></act><act/></Acts>'), true)
    assert.equal(any('<Acts/>'), false)
    for (const silent of ['', `<Acts ${NIL}/>`]) assert.equal(any(silent), undefined, 'nothing was said')
    for (const other of ['<Act/>', '<act/><note/>', '<act xmlns="urn:o"/>', `<act ${NIL}/>`])
      assert.throws(
        () => any(`<Acts>${other}</Acts>`),
        (error) => AdapterFault.is(error) && error.kind === 'bad-answer',
        other,
      )
    for (const list of ['<Acts>17/2024</Acts>', '<Acts count="3"/>'])
      assert.throws(
        () => any(list),
        (error) => AdapterFault.is(error) && error.kind === 'bad-answer',
        list,
      )
    for (const value of [true, false])
      assert.deepEqual(read(writeXml(writeFields({ any: value }, map), ''), map), { any: value })
    assert.deepEqual(matrixPaths({ response: map } as unknown as RegixMap), ['Acts', 'Acts.act'])
  })

  it('refuses another root, an absent required field, an unknown code, a doubled or unreadable value', () => {
    const ship = (inner: string): string => `<Ship xmlns="urn:s">${inner}</Ship>`
    const within = (inner: string): string => ship(`<Number>7</Number><Data xmlns="urn:n">${inner}</Data>`)
    bad('<Ship xmlns="urn:other"><Number>7</Number></Ship>')
    bad(ship(''))
    bad(ship('<Number>тайна</Number><Number>8</Number>'))
    bad(within('<Status>тайна</Status>'))
    bad(within('<Status>constructor</Status>'))
    bad(within('<Length>тайна</Length>'))
    bad(within('<Used>може би</Used>'))
    bad(within('<Issued>15.01.2026</Issued>'))
    bad(within('<Issued>2026-13-01</Issued>'))
    bad(within('<Issued>2026-02-30</Issued>'))
  })

  it('sends six symbols where the registry wants six, and drops the offset of an instant', () => {
    const six: WireRoot = { root: 'Q', namespace: '', fields: [{ wire: 'Id', field: 'id', transform: 'first6' }] }
    assert.equal(writeXml(writeFields({ id: '9225219962' }, six), ''), '<Q><Id>922521</Id></Q>')
    const day: WireRoot = { root: 'Q', namespace: '', fields: [{ wire: 'D', field: 'd', type: 'date' }] }
    assert.deepEqual(read('<Q><D>2026-01-15T00:00:00+02:00</D></Q>', day), { d: '2026-01-15' })
  })

  it('takes one of many by the text of a child, and reads several lines into one list', () => {
    const line = (ident: string): WireField => ({
      wire: `R[Ident=${ident}]/Name`,
      field: 'names',
      each: [{ wire: 'V', field: 'v' }],
    })
    const map: WireRoot = { root: 'Q', namespace: '', fields: [line('2'), line('1')] }
    const record = (ident: string, value: string): string =>
      `<R><Name><V>${value}</V></Name><Ident>${ident}</Ident></R>`
    assert.deepEqual(read(`<Q>${record('1', 'а')}${record('2', 'б')}${record('3', 'в')}</Q>`, map), {
      names: [{ v: 'б' }, { v: 'а' }],
    })
  })
})

describe('the access matrix', () => {
  const map: RegixMap = {
    operation: 'A.B',
    request: MAP,
    response: { ...MAP, type: 'T', notFound: { kind: 'empty' } },
  }

  it('names every path of the answer without prefixes, parents first', () => {
    assert.deepEqual(matrixPaths(map).slice(0, 4), ['Number', 'Data', 'Data.Status', 'Data.Length'])
    assert.ok(matrixPaths(map).includes('Owners.Owner.Person.Middle'))
  })

  it('tells which of the wanted fields are denied, also through a parent or a part', () => {
    assert.deepEqual(deniedFields(map, ['Data.Status'], ['number']), [])
    assert.deepEqual(deniedFields(map, ['Data.Status'], ['number', 'status']), ['status'])
    assert.deepEqual(deniedFields(map, ['Data'], ['length']), ['length'])
    assert.deepEqual(deniedFields(map, ['Owners.Owner.Person.Last'], ['owners']), ['owners.name'])
  })

  it('never reaches what all objects inherit, whatever a map names', () => {
    const draft: Record<string, unknown> = {}
    for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', '__proto__']) setField(draft, path, 'x')
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
    assert.equal(Object.getPrototypeOf(draft), Object.prototype)
  })
})
