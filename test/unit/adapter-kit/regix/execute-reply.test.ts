import assert from 'node:assert/strict'
import { AdapterFault, type AdapterFaultKind } from '../../../../src/adapter-kit/adapter.ts'
import {
  readExecuteReply,
  writeExecuteError,
  writeExecuteReply,
} from '../../../../src/adapter-kit/regix/execute-reply.ts'
import { isSoapFault, soapEnvelope, soapFault } from '../../../../src/adapter-kit/soap/envelope.ts'
import { parseXml } from '../../../../src/adapter-kit/soap/parse-xml.ts'

const element = (text: string) => parseXml(Buffer.from(text))
const request = element('<Question xmlns="urn:q"><EGN>1</EGN></Question>')
const response = element('<Answer xmlns="urn:a"><Name>Иван</Name></Answer>')
const fails = (text: string, kind: AdapterFaultKind): void =>
  assert.throws(
    () => readExecuteReply(Buffer.from(text)),
    (error) => AdapterFault.is(error) && error.kind === kind && !error.message.includes('8427029967'),
  )
const data = (members: string): string =>
  soapEnvelope(
    '<ExecuteResponse xmlns="http://egov.bg/RegiX"><ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData">' +
      `${members}</ServiceResultData></ExecuteResult></ExecuteResponse>`,
  )

describe('writeExecuteReply', () => {
  it('writes the literal shape that existing clients read', () => {
    assert.equal(
      writeExecuteReply({ callId: 1, request, response }),
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><ExecuteResponse xmlns="http://egov.bg/RegiX"><ExecuteResult><ServiceResultData xmlns="http://egov.bg/RegiX/SignedData"><IsReady>true</IsReady><Data id="data"><Request id="request"><Question xmlns="urn:q"><EGN>1</EGN></Question></Request><Response id="response"><Answer xmlns="urn:a"><Name>Иван</Name></Answer></Response><Matrix xsi:nil="true"/></Data><HasError>false</HasError><Error xsi:nil="true"/><ServiceCallID>1</ServiceCallID></ServiceResultData></ExecuteResult></ExecuteResponse></s:Body></s:Envelope>',
    )
  })

  it('lists the matrix when it was asked for', () => {
    const text = writeExecuteReply({ callId: 1, request, response, matrix: { type: 'T', paths: ['A', 'A.B'] } })
    assert.ok(
      text.includes('<Matrix id="AccessMatrix"><HasAccess>true</HasAccess><Name>T</Name><Properties><Property>'),
    )
    assert.deepEqual(readExecuteReply(Buffer.from(text)).matrix, { hasAccess: true, denied: [] })
  })
})

describe('readExecuteReply', () => {
  it('reads answer, question and number of a reply', () => {
    const reply = readExecuteReply(Buffer.from(writeExecuteReply({ callId: 42, request, response })))
    assert.deepEqual(reply, { callId: '42', request, response, matrix: undefined })
  })

  it('tells refusals of RegiX from failures of the registry, and repeats no text of either', () => {
    for (const text of ['Access denied!', 'Access denied! ConsumerCertificate is not active', 'Service is disabled!']) {
      fails(
        data(`<IsReady>false</IsReady><Data xsi:nil="true"/><HasError>true</HasError><Error>${text}</Error>`),
        'refused',
      )
    }
    fails(writeExecuteError(3, 'ORA-01403 за ЕГН 8427029967'), 'unavailable')
    fails(
      data('<IsReady>false</IsReady><HasError>true</HasError><Error>Error occurred! 8427029967</Error>'),
      'unavailable',
    )
    fails(data('<IsReady>true</IsReady><Data id="data"/><HasError>true</HasError>'), 'unavailable')
  })

  it('takes an error text without the flag for an error', () => {
    fails(data('<IsReady>true</IsReady><Data id="data"/><HasError>false</HasError><Error>x</Error>'), 'unavailable')
  })

  it('does not take a promise of a later answer, missing data or a fault for an empty answer', () => {
    fails(data('<IsReady>false</IsReady><Data xsi:nil="true"/><HasError>false</HasError>'), 'bad-answer')
    fails(data('<IsReady>true</IsReady><Data xsi:nil="true"/><HasError>false</HasError>'), 'bad-answer')
    fails(data('<IsReady>true</IsReady><HasError>false</HasError>'), 'bad-answer')
    fails(soapEnvelope('<Other/>'), 'bad-answer')
    fails(soapFault('Operation with name could not be found'), 'bad-answer')
    assert.ok(isSoapFault(Buffer.from(soapFault('x'))))
    assert.equal(isSoapFault(Buffer.from('<html/>')), false)
  })

  const good = writeExecuteReply({ callId: 1, request, response, matrix: { type: 'T', paths: ['Name'] } })
  const denying = (spelling: string): string =>
    good.replace('<Property><HasAccess>true<', `<Property><HasAccess>${spelling}<`)

  it('reads the flags of the access matrix in all four spellings of a boolean', () => {
    for (const spelling of ['false', '0', ' 0 '])
      assert.deepEqual(readExecuteReply(Buffer.from(denying(spelling))).matrix?.denied, ['Name'])
    for (const spelling of ['true', '1'])
      assert.deepEqual(readExecuteReply(Buffer.from(denying(spelling))).matrix?.denied, [])
    const whole = good.replace('"AccessMatrix"><HasAccess>true<', '"AccessMatrix"><HasAccess>0<')
    assert.equal(readExecuteReply(Buffer.from(whole)).matrix?.hasAccess, false)
  })

  it('does not guess what any other flag, two of them or none may mean', () => {
    for (const spelling of ['False', 'no', '', 'true</HasAccess><HasAccess>false'])
      fails(denying(spelling), 'bad-answer')
    fails(good.replace('<Property><HasAccess>true</HasAccess>', '<Property>'), 'bad-answer')
    fails(denying('0').replace('<Name>Name</Name>', ''), 'bad-answer')
    fails(good.replace('<HasError>false<', '<HasError>1<'), 'unavailable')
    fails(good.replace('<HasError>false<', '<HasError>maybe<'), 'bad-answer')
  })

  it('reads the reply whatever the prefixes, and without the nil Error', () => {
    const reply = readExecuteReply(
      Buffer.from(
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header/><e:Body><r:ExecuteResponse xmlns:r="http://egov.bg/RegiX" ' +
          'xmlns:d="http://egov.bg/RegiX/SignedData"><r:ExecuteResult><d:ServiceResultData><d:IsReady>true</d:IsReady><d:Data>' +
          '<d:Response><a:Answer xmlns:a="urn:a"><a:Name>Иван</a:Name></a:Answer></d:Response><d:Matrix><d:HasAccess>true</d:HasAccess>' +
          '<d:Properties><d:Property><d:HasAccess>false</d:HasAccess><d:Name>Name</d:Name></d:Property></d:Properties></d:Matrix></d:Data>' +
          '<d:HasError>false</d:HasError></d:ServiceResultData></r:ExecuteResult></r:ExecuteResponse></e:Body></e:Envelope>',
      ),
    )
    assert.deepEqual(reply.response, response)
    assert.deepEqual(reply.matrix, { hasAccess: true, denied: ['Name'] })
  })
})
