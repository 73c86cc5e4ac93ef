import {
  type Connection,
  ednoClient,
  fileSealer,
  newApplication,
  partyId,
  sealApplication,
  verifyExchange,
} from '../../../src/client/index.ts'
import type { Wanted } from './today.ts'

/** The same decision with edno: one signed application, one signed answer, verified before anything in it is read. */
export function withEdno(
  connection: Connection,
  seal: { readonly cert: string; readonly key: string },
  brokerCertificate: string,
) {
  const client = ednoClient(connection)
  const sealer = fileSealer(seal.cert, seal.key)
  let asked = 0
  const decide = async ({ driver, trader, vehicle }: Wanted): Promise<readonly string[]> => {
    const draft = {
      consumer: partyId('troyan'),
      service: { id: 'taxi-permit', version: 1 },
      case: 'ТР-ДЕМО-2069',
      official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
      legalBasis: 'zavp-24a',
      applicant: { identifierType: 'eik', identifier: trader.uic, names: 'Измислица Такси ЕООД' } as const,
      body: { driver, trader: { kind: 'company', ...trader }, vehicle },
    }
    const application = sealApplication(newApplication(draft, new Date()), sealer)
    const reply = await client.send(application)
    if (reply.kind === 'problem') throw new Error(reply.problem.code)
    const { answer, holds } = verifyExchange({ answer: reply.bytes, application, brokerCertificate })
    if (!holds || answer === undefined) throw new Error('the answer does not hold')
    asked = answer.parts.filter(({ outcome }) => outcome !== 'skipped').length
    return answer.checks.filter(({ result }) => result !== 'pass').map(({ id }) => id)
  }
  return { decide, asked: () => asked, close: () => client.close() }
}
