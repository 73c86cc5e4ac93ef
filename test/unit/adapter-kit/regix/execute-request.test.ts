import assert from 'node:assert/strict'
import { AdapterFault, type CallContext } from '../../../../src/adapter-kit/adapter.ts'
import { callContextOf, readExecute, writeExecute } from '../../../../src/adapter-kit/regix/execute-request.ts'
import { parseXml } from '../../../../src/adapter-kit/soap/parse-xml.ts'

const CONTEXT: CallContext = {
  exchangeId: '01900000-0000-7000-8000-000000000002',
  call: 'driver',
  consumer: { id: 'troyan', name: 'Община Троян', oid: '2.16.100.1.1.999.1' },
  service: { id: 'taxi-permit@1', title: 'Разрешение за таксиметров превоз' },
  case: 'ТР-1',
  legalBasis: 'чл. 24а от ЗАвП',
  official: { identifier: 'official@troyan.example', names: 'Служител Измислен', position: 'експерт' },
  fields: [],
  signal: new AbortController().signal,
  log: { info: () => undefined, warn: () => undefined },
}
const REQUEST = {
  operation: 'A.B.C',
  argument: parseXml(Buffer.from('<Question xmlns="urn:q"><EGN>8427029967</EGN></Question>')),
  callContext: callContextOf(CONTEXT),
  signResult: false,
  returnAccessMatrix: true,
}

describe('writeExecute', () => {
  it('writes the members in the order of the contract, each in its namespace', () => {
    const written = writeExecute(REQUEST)
    assert.ok(
      written.includes(
        '<Execute xmlns="http://egov.bg/RegiX"><request><ServiceRequestData xmlns="http://egov.bg/RegiX/SignedData">' +
          '<Operation>A.B.C</Operation><Argument><Question xmlns="urn:q"><EGN>8427029967</EGN></Question></Argument><CallContext>',
      ),
      written,
    )
    assert.ok(
      written.includes('</CallContext><SignResult>false</SignResult><ReturnAccessMatrix>true</ReturnAccessMatrix>'),
    )
  })

  it('says who asks, for which case and on which ground, in the order of CallContext', () => {
    assert.deepEqual(Object.entries(callContextOf(CONTEXT)), [
      ['ServiceURI', 'ТР-1'],
      ['ServiceType', 'Разрешение за таксиметров превоз'],
      ['EmployeeIdentifier', 'official@troyan.example'],
      ['EmployeeNames', 'Служител Измислен'],
      ['EmployeePosition', 'експерт'],
      ['AdministrationOId', '2.16.100.1.1.999.1'],
      ['AdministrationName', 'Община Троян'],
      ['LawReason', 'чл. 24а от ЗАвП'],
      ['Remark', 'edno 01900000-0000-7000-8000-000000000002 driver'],
    ])
  })

  it('leaves out an OID that is not known', () => {
    const context = { ...CONTEXT, consumer: { ...CONTEXT.consumer, oid: undefined } }
    assert.equal('AdministrationOId' in callContextOf(context), false)
  })
})

describe('readExecute', () => {
  it('reads back what writeExecute wrote', () => {
    assert.deepEqual(readExecute(Buffer.from(writeExecute(REQUEST))), REQUEST)
  })

  it('reads a request with a prefix on every element and flags in no namespace, which count as false', () => {
    const request = readExecute(
      Buffer.from(
        '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" ' +
          'xmlns:n="http://egov.bg/RegiX" xmlns:d="http://egov.bg/RegiX/SignedData"><SOAP-ENV:Body><n:Execute><n:request>' +
          '<d:ServiceRequestData><d:Operation>A.B.C</d:Operation><d:Argument>\n <q:Question xmlns:q="urn:q"/></d:Argument>' +
          '<SignResult>true</SignResult><d:ReturnAccessMatrix>1</d:ReturnAccessMatrix></d:ServiceRequestData>' +
          '</n:request></n:Execute></SOAP-ENV:Body></SOAP-ENV:Envelope>',
      ),
    )
    assert.equal(request.operation, 'A.B.C')
    assert.equal(request.argument.name, 'Question')
    assert.equal(request.signResult, false)
    assert.equal(request.returnAccessMatrix, true)
  })

  it('refuses a body that is no Execute', () => {
    for (const body of ['<Other/>', '<Execute xmlns="http://egov.bg/RegiX"/>', '']) {
      const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`
      assert.throws(() => readExecute(Buffer.from(envelope)), AdapterFault)
    }
  })
})
