import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readRegixMap } from '../../../src/adapter-kit/regix/regix-map.ts'
import type { XmlElement } from '../../../src/adapter-kit/soap/xml-element.ts'
import { readArgument } from '../../../src/regix-door/read-argument.ts'

const adapter = (path: string): string => join(import.meta.dirname, '../../../adapters', path)
const map = readRegixMap(adapter('civil-registry/valid-person.v1'))
const REQUEST = 'http://egov.bg/RegiX/GRAO/NBD/ValidPersonRequest'
const COMMON = 'http://egov.bg/RegiX/GRAO/NBD'
const element = (name: string, namespace: string, text: string, ...children: XmlElement[]): XmlElement => ({
  ...{ name, namespace, attributes: {}, nil: false, children, text },
})
const asked = (...children: XmlElement[]): XmlElement => element('ValidPersonRequest', REQUEST, '', ...children)
const read = (argument: XmlElement, lenient = false) => readArgument(argument, { map, input: ['egn'], lenient })

describe('the Argument of a question of RegiX', () => {
  const egn = element('EGN', REQUEST, '8427029967')

  it('is read by the map of the operation, in reverse', () => {
    assert.deepEqual(read(asked(egn)), { input: { egn: '8427029967' }, bent: false })
  })

  it('may hold an element that says nothing, and none that says what is not understood', () => {
    assert.equal(read(asked(egn, element('Other', REQUEST, ' '))).bent, false)
    for (const more of [element('Other', REQUEST, 'x'), element('Other', 'urn:x', '', element('In', 'urn:x', 'x'))])
      assert.throws(() => read(asked(egn, more)), { code: 'regix.argument' })
    for (const attributes of [{ all: 'true' }, { constructor: 'x' }])
      assert.throws(() => read({ ...asked(egn), attributes }), { code: 'regix.argument' })
    assert.throws(() => read({ ...asked(egn), text: 'and all others' }), { code: 'regix.argument' })
  })

  it('is read in other namespaces only where that is allowed, and that is told', () => {
    const shifted = asked(element('EGN', COMMON, '8427029967'))
    assert.throws(() => read(shifted), { code: 'regix.argument' })
    assert.deepEqual(read(shifted, true), { input: { egn: '8427029967' }, bent: true })
    assert.throws(() => read(element('ValidPersonRequest', COMMON, '', egn), true), { code: 'regix.argument' })
  })

  it('is the whole question: fields with which the operation is not asked are not dropped', () => {
    assert.throws(() => readArgument(asked(egn), { map, input: [], lenient: false }), { code: 'regix.argument' })
  })
})
