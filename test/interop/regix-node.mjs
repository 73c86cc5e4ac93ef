// A municipality's client made with npm's soap: one question as JSON on stdin, what it understood as JSON on stdout.
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { text } from 'node:stream/consumers'
import soap from 'soap'

const job = JSON.parse(await text(process.stdin))
const [ca, cert, key] = [job.ca, job.certificate, job.key].map((file) => readFileSync(file))
const v1 = job.entry === 'v1'
const client = await soap.createClientAsync(job.wsdl, {
  forceSoap12Headers: v1,
  wsdl_options: { httpsAgent: new Agent({ ca }) },
})
client.setSecurity(new soap.ClientSSLSecurity(key, cert, ca, {}))
const request = {
  Operation: job.operation,
  Argument: { $xml: job.argument },
  CallContext: job.context,
  SignResult: job.signResult,
  ReturnAccessMatrix: job.returnAccessMatrix,
}
if (v1)
  client.addSoapHeader(
    '<wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing">http://tempuri.org/IRegiXEntryPoint/ExecuteSynchronous</wsa:Action>',
  )
try {
  const [told, raw] = v1
    ? await client.ExecuteSynchronousAsync({ request })
    : await client.ExecuteAsync({ request: { ServiceRequestData: request } })
  const result = v1 ? told.ExecuteSynchronousResult : told.ExecuteResult.ServiceResultData
  const matrix = [result.Data?.Matrix?.Properties?.Property ?? []].flat()
  const [, response = null] = /<Response id="response">(.*?)<\/Response>/s.exec(raw) ?? []
  const error = typeof result.Error === 'string' ? result.Error : null
  process.stdout.write(
    JSON.stringify({
      // Of types in a second schema npm's soap leaves the text as it is.
      ready: String(result.IsReady) === 'true',
      error,
      callId: result.ServiceCallID === undefined ? null : String(result.ServiceCallID),
      response: result.Data?.Response === undefined ? null : response,
      signed: result.Signature !== undefined,
      matrix: matrix.map(({ Name, HasAccess }) => [Name, String(HasAccess) === 'true']),
    }),
  )
} catch (error) {
  const fault = error.root?.Envelope?.Body?.Fault
  process.stdout.write(
    JSON.stringify({
      fault: fault?.faultstring ?? fault?.Reason?.Text?.$value ?? fault?.Reason?.Text ?? String(error),
    }),
  )
}
