// @ts-check
import { defineSimulator, textOf } from 'edno/adapter-kit'

/** @typedef {{ number: string, place: string, hives: number, inspectedOn?: string }} Farm */
/** @typedef {{ egn: string, keeper: string, farms: Farm[] }} Keeper */
/** @typedef {import('edno/adapter-kit').XmlElement} XmlElement */

const NAMESPACE = 'urn:example:bee-farms'

/** @param {string} name @param {string | XmlElement[]} content @returns {XmlElement} */
const element = (name, content) => ({
  ...{ name, namespace: NAMESPACE, attributes: {}, nil: false },
  ...(typeof content === 'string' ? { children: [], text: content } : { children: content, text: '' }),
})

/** @param {Farm} farm */
const farmOf = ({ number, place, hives, inspectedOn }) =>
  element('Farm', [
    ...[element('Number', number), element('Place', place), element('Hives', String(hives))],
    ...(inspectedOn === undefined ? [] : [element('InspectedOn', inspectedOn)]),
  ])

/** @param {Keeper} keeper */
const keeperOf = ({ egn, keeper, farms }) =>
  element('Keeper', [element('Egn', egn), element('Names', keeper), ...farms.map(farmOf)])

/** Stands in for the register where there is none: it knows what the examples say, and refuses a question that is not signed. */
export default defineSimulator({
  operations: {},
  soap: {
    'farms@1': {
      path: '/beekeeping',
      signed: true,
      input: (body) => ({ egn: textOf(body, 'Egn') ?? '' }),
      answer: (record) => {
        const found = record === undefined ? [] : [keeperOf(/** @type {Keeper} */ (record))]
        return element('FindKeeperResponse', [element('Reference', 'stand-in-1'), ...found])
      },
    },
  },
})
