import assert from 'node:assert/strict'
import { readFields } from '../../../src/adapter-kit/regix/read-fields.ts'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import { writeFields } from '../../../src/adapter-kit/regix/write-fields.ts'
import { parseXml } from '../../../src/adapter-kit/soap/parse-xml.ts'
import { writeXml } from '../../../src/adapter-kit/soap/xml-element.ts'

const map = readRegixMap(import.meta.dirname)
const NAMESPACE = 'http://egov.bg/RegiX/Iaaa/VehicleInspections'

const read = (content: string): unknown =>
  readFields(
    parseXml(
      Buffer.from(
        `<VehicleInspectionResponse xmlns="${NAMESPACE}/VehicleInspectionResponse">${content}</VehicleInspectionResponse>`,
      ),
    ),
    map.response,
  )

const bad = { name: 'AdapterFault', kind: 'bad-answer' }

describe('transport-licensing/technical-inspection@1', () => {
  it('asks with the published element, namespace and field', () => {
    assert.equal(
      writeXml(writeFields({ plate: 'ОВ0000АА' }, map.request), ''),
      `<VehicleInspectionRequest xmlns="${NAMESPACE}/VehicleInspectionRequest"><RegNumber>ОВ0000АА</RegNumber>` +
        '</VehicleInspectionRequest>',
    )
  })

  it('reads the inspection and nothing of the station and the inspectors', () => {
    const evidence = read(
      '<ProtocolNumber>90000001</ProtocolNumber><StickerNumber>80000001</StickerNumber>' +
        `<Permit><i:KtpName xmlns:i="${NAMESPACE}">Пункт Измислица</i:KtpName></Permit>` +
        '<InspectionDateTime>2025-08-03</InspectionDateTime><Conclusion>Не се допуска</Conclusion>' +
        '<NextInspectionDate>2025-08-17T00:00:00</NextInspectionDate><RegNumber>ОВ0000АА</RegNumber>',
    )
    assert.deepEqual(evidence, {
      protocolNumber: '90000001',
      stickerNumber: '80000001',
      inspectedOn: '2025-08-03',
      conclusion: 'fail',
      nextInspection: '2025-08-17',
      plate: 'ОВ0000АА',
    })
  })

  it('knows a plate that the registry writes with Latin letters', () => {
    assert.deepEqual(read('<RegNumber>OB0000AA</RegNumber>'), { plate: 'ОВ0000АА' })
  })

  it('takes no conclusion for a pass that it does not know, and no answer that names no vehicle', () => {
    assert.throws(() => read('<Conclusion>Може би</Conclusion><RegNumber>ОВ0000АА</RegNumber>'), bad)
    assert.throws(() => read('<Conclusion>Допуска се</Conclusion>'), bad)
  })
})
