import assert from 'node:assert/strict'
import { AdapterFault } from '../../../src/adapter-kit/adapter.ts'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'

const map = readRegixMap(import.meta.dirname)
const COMMON = 'http://egov.bg/RegiX/AV/TR/SubdeedsCommon'
const FIELDS = 'http://www.registryagency.bg/schemas/deedv2/Fields'

const record = (ident: string, data: string): string =>
  `<Record><RecordData>${data}</RecordData><RecordId>1</RecordId><FieldIdent>${ident}</FieldIdent></Record>`

/** An answer with prefixes, as a registry may as well write it. */
const answer = (deed: string, records = ''): unknown =>
  readFields(
    parseXml(
      Buffer.from(
        `<a:ActualStateResponseV3 xmlns:a="${map.response.namespace}"><a:Deed xmlns="${COMMON}">${deed}<UIC>999999995</UIC>` +
          `<Subdeeds><Subdeed SubUICType="1"><Records>${records}</Records></Subdeed></Subdeeds></a:Deed>` +
          '<a:DataFound>true</a:DataFound></a:ActualStateResponseV3>',
      ),
    ),
    map.response,
  )

describe('commercial-register/actual-state@1', () => {
  it('tells active, liquidation, insolvency and closed apart; closed wins', () => {
    const status = (deed: string, more = ''): unknown =>
      (answer(`<DeedStatus>${deed}</DeedStatus>${more}`) as { readonly status: string }).status
    const state = (text: string): string => `<LiquidationOrInsolvency>${text}</LiquidationOrInsolvency>`
    assert.equal(status('N'), 'active')
    assert.equal(status('E', state('Liquidation')), 'liquidation')
    assert.equal(status('N', state('InsolvencyThirdIns')), 'insolvency')
    assert.equal(status('L', state('Liquidation')), 'closed')
  })

  it('says nothing of representatives where the answer has neither field, and an empty list only where it is one', () => {
    const told = (records: string): unknown =>
      (answer('<DeedStatus>N</DeedStatus>', records) as { readonly representatives?: unknown }).representatives
    assert.equal(told(''), undefined)
    assert.equal(told(record('00070', '')), undefined)
    assert.deepEqual(told(record('00070', `<Managers xmlns="${FIELDS}"/>`)), [])
  })

  it('does not pass over a liquidation, or over managers, in another namespace', () => {
    const bad = (deed: string, records = ''): void =>
      assert.throws(
        () => answer(`<DeedStatus>N</DeedStatus>${deed}`, records),
        (error) => AdapterFault.is(error) && error.kind === 'bad-answer',
      )
    bad('<LiquidationOrInsolvency xmlns="urn:other">Liquidation</LiquidationOrInsolvency>')
    bad('', record('00070', '<Managers><Manager/></Managers>'))
  })

  it('does not guess what an unknown status means', () => {
    assert.throws(
      () => answer('<DeedStatus>X</DeedStatus>'),
      (error) => AdapterFault.is(error) && error.kind === 'bad-answer',
    )
  })

  it('reads managers and representatives as one list, and no foreign number as an ЕГН', () => {
    const person = (type: string, number: string, name: string): string =>
      `<Person><Indent>${number}</Indent><Name>${name}</Name><IndentType>${type}</IndentType></Person>`
    const managers = `<Managers xmlns="${FIELDS}"><Manager>${person('EGN', '8427029993', 'Мария Измислена')}</Manager></Managers>`
    const others = `<Representatives xmlns="${FIELDS}"><Representative>${person('LNCH', '1001234562', 'Джон Измислен')}</Representative></Representatives>`
    const read = answer('<DeedStatus>N</DeedStatus>', record('00070', managers) + record('00100', others))
    assert.deepEqual((read as { readonly representatives: unknown }).representatives, [
      { egn: '8427029993', name: 'Мария Измислена' },
      { name: 'Джон Измислен' },
    ])
  })
})
