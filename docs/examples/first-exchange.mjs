// Signs an application as Троян, sends it, follows it, and verifies the answer and its receipt before anything in them is read.
import { readFileSync } from 'node:fs'
import { backOffice } from 'edno/client'

const read = (name) => readFileSync(`${process.env.EDNO_PKI ?? '.edno/pki'}/${name}`, 'utf8')
const pair = (use) => ({ certificate: read(`parties/troyan/${use}.crt`), key: read(`parties/troyan/${use}.key`) })
const trusted = { ca: read('ca.crt'), seal: read('broker/seal.crt'), logKey: read('../log.vkey') }
const url = process.env.EDNO_URL ?? 'https://127.0.0.1:8443'
const troyan = backOffice({ party: 'troyan', url, tls: pair('tls'), seal: pair('seal'), trusted })
const application = troyan.sign({
  service: { id: 'taxi-permit', version: 1 },
  case: 'ТР-ДЕМО-1',
  official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
  legalBasis: 'zavp-24a',
  applicant: { identifierType: 'eik', identifier: '999999995', names: 'Измислица Такси ЕООД' },
  body: { driver: { egn: '8427029967' }, trader: { kind: 'company', uic: '999999995' }, vehicle: { plate: 'ОВ 0000 АА' } },
})
const tell = ({ event, call = '', outcome = '' }) => console.error(event, call, outcome)
const { answer, verdict } = await troyan.send(application, tell)
troyan.close()
console.error(`entry ${verdict.index} of ${verdict.treeSize} in the log`)
for (const { id, result } of answer.checks) console.log(id, result)
