// @ts-check
import { AdapterFault, childNamed, defineAdapter, openAdapter, soapOperation, textOf } from 'edno/adapter-kit'

/** @typedef {import('edno/adapter-kit').XmlElement} XmlElement */

const NAMESPACE = 'urn:example:bee-farms'

/** @param {string} name @param {string} text @returns {XmlElement} */
const element = (name, text) => ({ name, namespace: NAMESPACE, attributes: {}, nil: false, children: [], text })

/** @param {XmlElement} farm */
function farmIn(farm) {
  const hives = textOf(farm, 'Hives')
  // What is not as agreed is told by its place in names of the service, never by what stood there.
  if (hives !== undefined && !/^\d{1,6}$/.test(hives))
    throw new AdapterFault('bad-answer', 'the hives are no number', { at: 'Keeper/Farm/Hives' })
  const inspectedOn = textOf(farm, 'InspectedOn')
  return {
    number: textOf(farm, 'Number'),
    place: textOf(farm, 'Place'),
    ...(hives === undefined ? {} : { hives: Number(hives) }),
    ...(inspectedOn === undefined ? {} : { inspectedOn }),
  }
}

// Nothing here opens a connection, waits, tries again, signs or logs: the kit does, over mutual TLS with the key that the
// operator's `registries.bee-farms` names.
export default defineAdapter({
  open: (options) =>
    openAdapter(options, {
      'farms@1': soapOperation({
        // After the registry's address, and the header SOAPAction.
        path: '/beekeeping',
        action: `${NAMESPACE}/FindKeeper`,
        // Body and time stamp are signed by WS-Security (X.509 token, RSA) with the same key.
        security: 'x509',
        question: ({ egn = '' }) => ({ ...element('FindKeeper', ''), children: [element('Egn', egn)] }),
        // Any other element in the body is a bad answer; a SOAP fault is a refusal, never "no record".
        answer: { name: 'FindKeeperResponse', namespace: NAMESPACE },
        read: (answer) => {
          const reference = textOf(answer, 'Reference') ?? ''
          const keeper = childNamed(answer, 'Keeper')
          // "No record" is an answer.
          if (keeper === undefined) return { evidence: undefined, reference }
          const egn = textOf(keeper, 'Egn')
          if (egn === undefined) throw new AdapterFault('bad-answer', 'the keeper has no number', { at: 'Keeper/Egn' })
          const farms = keeper.children.filter(({ name }) => name === 'Farm').map(farmIn)
          return { evidence: { egn, keeper: textOf(keeper, 'Names'), farms }, reference }
        },
      }),
    }),
})
