import { type BackOfficeSettings, backOffice } from '../../../src/client/index.ts'
import type { Wanted } from './today.ts'

/** The same decision with edno: one signed application, one signed answer, verified with its receipt before anything in it is read. */
export function withEdno(settings: BackOfficeSettings) {
  const { sign, send, close } = backOffice(settings)
  let asked = 0
  const decide = async ({ driver, trader, vehicle }: Wanted): Promise<readonly string[]> => {
    const application = sign({
      service: { id: 'taxi-permit', version: 1 },
      case: 'ТР-ДЕМО-2069',
      official: { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' },
      legalBasis: 'zavp-24a',
      applicant: { identifierType: 'eik', identifier: trader.uic, names: 'Измислица Такси ЕООД' },
      body: { driver, trader: { kind: 'company', ...trader }, vehicle },
    })
    const { answer } = await send(application)
    asked = answer.parts.filter(({ outcome }) => outcome !== 'skipped').length
    return answer.checks.filter(({ result }) => result !== 'pass').map(({ id }) => id)
  }
  return { decide, asked: () => asked, close }
}
