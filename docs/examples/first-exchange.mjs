// Signs an application as Троян, sends it, waits for the answer and verifies it before anything in it is read.
import { readFileSync } from 'node:fs'
import { ednoClient, fileSealer, newApplication, partyId, sealApplication, verifyExchange } from 'edno/client'

const pem = (name) => readFileSync(`${process.env.EDNO_PKI ?? '.edno/pki'}/${name}`, 'utf8')
const sealer = fileSealer(pem('parties/troyan/seal.crt'), pem('parties/troyan/seal.key'))
const tls = { certificate: pem('parties/troyan/tls.crt'), key: pem('parties/troyan/tls.key') }
const edno = ednoClient({ url: process.env.EDNO_URL ?? 'https://127.0.0.1:8443', ca: pem('ca.crt'), ...tls })
const draft = {
  consumer: partyId('troyan'),
  service: { id: 'taxi-permit', version: 1 },
  case: 'ТР-ДЕМО-1',
  official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
  legalBasis: 'zavp-24a',
  applicant: { identifierType: 'eik', identifier: '999999995', names: 'Измислица Такси ЕООД' },
  body: { driver: { egn: '8427029967' }, trader: { kind: 'company', uic: '999999995' }, vehicle: { plate: 'ОВ 0000 АА' } },
}
const application = sealApplication(newApplication(draft, new Date()), sealer)
const reply = await edno.send(application)
edno.close()
if (reply.kind === 'problem') throw new Error(`${reply.problem.code}: ${reply.problem.advice}`)
const held = { answer: reply.bytes, application, consumerCertificate: pem('parties/troyan/seal.crt'), receipt: reply.receipt }
const { holds, answer } = verifyExchange({ ...held, brokerCertificate: pem('broker/seal.crt') })
if (!holds) throw new Error('the answer is not genuine')
for (const { id, result } of answer.checks) console.log(id, result)
