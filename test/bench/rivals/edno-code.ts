import { newApplication, sealApplication } from '../../../src/client/compose.ts'
import { type Connection, ednoClient } from '../../../src/client/send.ts'
import { verifyExchange } from '../../../src/client/verify-exchange.ts'
import type { Answer } from '../../../src/message/read-answer.ts'
import { partyId } from '../../../src/model/ids.ts'
import { fileSealer } from '../../../src/signature/seal-xml.ts'
import type { Citizen } from './own-code.ts'

/** The same need with edno: one signed application, one signed answer, which is verified before anything in it is read. */
export function ednoCode(
  connection: Connection,
  seal: { readonly cert: string; readonly key: string },
  broker: string,
) {
  const client = ednoClient(connection)
  const sealer = fileSealer(seal.cert, seal.key)
  return {
    ask: async ({ egn, uic, plate }: Citizen, service: string): Promise<Answer['parts']> => {
      const draft = {
        consumer: partyId('troyan'),
        service: { id: service, version: 1 },
        case: 'ТР-ДЕМО-1',
        official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
        legalBasis: 'water-demo',
        applicant: { identifierType: 'eik', identifier: uic, names: 'Измислица ЕООД' } as const,
        body: { driver: { egn }, trader: { kind: 'company', uic }, vehicle: { plate } },
      }
      const application = sealApplication(newApplication(draft, new Date()), sealer)
      const reply = await client.send(application)
      if (reply.kind === 'problem') throw new Error(reply.problem.code)
      const { answer, holds } = verifyExchange({ answer: reply.bytes, application, brokerCertificate: broker })
      if (!holds || answer === undefined) throw new Error('the answer does not hold')
      return answer.parts
    },
    close: () => client.close(),
  }
}
