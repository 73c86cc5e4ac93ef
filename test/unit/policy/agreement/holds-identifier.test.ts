import assert from 'node:assert/strict'
import { holdsIdentifier } from '../../../../src/policy/agreement/holds-identifier.ts'

describe('a text that is kept for good', () => {
  for (const text of [
    'Жалба на 8001010008',
    'Жалба на 800101 0008',
    'Жалба на 8001-01-0008, втора',
    'Жалба на 80.01.01.0008',
    'Дело 17/80 01 01 00 08',
    'Жалба на 8 0 0 1 0 1 0 0 0 8',
    'Жалба на 800101\u20130008',
    'Жалба на 800101\u200b0008',
    'Жалба на ８００１０１０００８',
    `Ключ ab8001010008${'cd'.repeat(12)}`,
    'Жалба на 801201 0000',
    'Жалба на 004101 0002',
    'Жалба на 005201-0004',
    `Ключ ab18001010008${'cd'.repeat(12)}`,
    `Ключ ab80010100081${'cd'.repeat(12)}`,
    'Колата CB1234AB',
    'Колата СВ 1234 АВ',
    'Колата С В 1234 А В',
    'Колата СВ.1234.АВ',
    'Колата СВ  1234  АВ',
    `${'а'.repeat(495)} 999999995`,
  ])
    it(`holds an identifier: ${text.slice(-40)}`, () => {
      assert.equal(holdsIdentifier(text), true)
    })

  for (const text of [
    'Разрешения за таксиметров превоз по чл. 24, ал. 1, т. 3 от Закона за автомобилните превози',
    'ТР-2026-000123',
    'УРИ-01-012345/12.03.2026 г.',
    'От 2026-01-31 до 2027-12-31, 25 справки на ден',
    '800101 0009',
    'Преписка 802101 0002',
    'Дело 18001 010008',
    `Ключ ab18001010007${'cd'.repeat(12)}`,
    'без нито една цифра',
    'Заповед РД-09-1234 от 05.06.2025',
    `Ключ ${'ab12'.repeat(16)}`,
    '0195f2c0-0000-7000-8000-000000000001',
  ])
    it(`holds none: ${text.slice(0, 40)}`, () => {
      assert.equal(holdsIdentifier(text), false)
    })

  it('takes no year and number of a case for a person', () => {
    const numbers = Array.from({ length: 100_000 }, (_, n) => `2026-${String(n * 10 + 7).padStart(6, '0')}`)
    assert.deepEqual(numbers.filter(holdsIdentifier), [])
  })
})
