import assert from 'node:assert/strict'
import { join } from 'node:path'
import { dataAdapter as adapter } from '../../../src/adapter-kit/data-adapter.ts'
import { AdapterFault, type Finding } from '../../../src/adapter-kit/adapter.ts'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { askIntercepted, regixReply } from '../../../test/support/registry-faults.ts'

const map = readRegixMap(import.meta.dirname)
const REQUEST =
  '<GetMotorVehicleRegistrationInfoV3Request xmlns="http://egov.bg/RegiX/MVR/MPS/GetMotorVehicleRegistrationInfoV3Request">' +
  '<Identifier>ОВ0000АА</Identifier></GetMotorVehicleRegistrationInfoV3Request>'

const response = (results: string, code: string): string =>
  `<GetMotorVehicleRegistrationInfoV3Response xmlns="${map.response.namespace}"><Header><MessageID>1</MessageID>` +
  '<DateTime>2026-01-15T10:00:00</DateTime><Operation>x</Operation></Header><Response>' +
  `<Results>${results}</Results><ReturnInformation><ReturnCode>${code}</ReturnCode></ReturnInformation></Response>` +
  '</GetMotorVehicleRegistrationInfoV3Response>'

const result = (owners: string): string =>
  `<Result><VehicleData><RegistrationNumber>ОВ0000АА</RegistrationNumber></VehicleData><OwnersData>${owners}</OwnersData></Result>`

const ask = (code: string): Promise<Finding> =>
  askIntercepted({
    adapter,
    folder: join(import.meta.dirname, '..'),
    operation: 'registration@1',
    input: { plate: 'ОВ0000АА' },
    answer: regixReply(REQUEST, response('', code)),
  })

describe('vehicle-register/registration@1', () => {
  it('reads return code 0100 as no record', async () => {
    const finding = await ask('0100')
    assert.equal(finding.status, 'not-found')
    // Which instant a time without a zone is nobody knows.
    assert.equal(finding.asOf, '2026-01-15')
  })

  it('takes an unknown return code for an error, never for no record', async () => {
    await assert.rejects(ask('0200'), (error) => AdapterFault.is(error) && error.kind === 'bad-answer')
    await assert.rejects(ask(''), (error) => AdapterFault.is(error) && error.kind === 'bad-answer')
  })

  it('reads the first of several owners, and a foreign citizen without an ЕГН', () => {
    const owners =
      '<Owner><ForeignCitizen><PN>1</PN><NamesCyrillic>Чужденец Измислен</NamesCyrillic></ForeignCitizen></Owner>' +
      '<Owner><Company><ID>999999995</ID><Name>Измислица Такси ЕООД</Name></Company></Owner>'
    const read = readFields(parseXml(Buffer.from(response(result(owners), '0000'))), map.response)
    assert.deepEqual(read, { plate: 'ОВ0000АА', owner: { kind: 'person', name: 'Чужденец Измислен' } })
  })

  it('does not choose between two vehicles', () => {
    const two = parseXml(Buffer.from(response(result('') + result(''), '0000')))
    assert.throws(
      () => readFields(two, map.response),
      (error) => AdapterFault.is(error) && error.kind === 'bad-answer',
    )
  })
})
