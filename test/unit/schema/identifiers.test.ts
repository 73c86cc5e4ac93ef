import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { isEgn, isEik, isEkatte, isLnch, isPlate, isVin, normalisePlate } from '../../../src/schema/identifiers.ts'

const table = (test: (text: string) => boolean, expected: boolean, texts: string): void => {
  for (const text of texts.split(' ')) assert.equal(test(text), expected, text)
}

describe('identifiers', () => {
  it('accepts an ЕГН of each century with a calendar date and a true check digit', () => {
    table(isEgn, true, '7523169263 8032056031 7501010010 6101057509 7552011038 9622299969 7523160040')
    table(isEgn, true, '8427029967 8731309969 9021099964 9225219962 9932319960 8427029993 8731309995 9021099990')
    table(isEgn, true, '8502029963 7806159985 9109119979 6501019946 8201019907 0541029958 1345059997')
  })

  it('refuses an ЕГН with a false check digit, no calendar date or another length', () => {
    table(isEgn, false, '8001010101 8505050505 8112120511 0000000000 84270299670 842702996 84270z9967 8433029967')
    assert.equal(isEgn('8427029967\n'), false)
    // 29 February 1900 and 13th month: dates that no calendar has
    table(isEgn, false, '0002290000 0013010000')
  })

  it('refuses every single changed digit of an ЕГН', () => {
    for (let place = 0; place < 10; place += 1) {
      const digit = (Number('8427029967'[place]) + 1) % 10
      assert.equal(
        isEgn(`${'8427029967'.slice(0, place)}${digit}${'8427029967'.slice(place + 1)}`),
        false,
        `digit ${place}`,
      )
    }
  })

  it('accepts an ЛНЧ, also one that is an ЕГН as well, and refuses zeros', () => {
    table(isLnch, true, '1001234562 7000000018 1234567893 8123149963 9622299995 7523160055')
    table(isEgn, true, '8123149963 9622299995 7523160055')
    table(isLnch, false, '0000000000 1001234563 100123456')
  })

  it('accepts an ЕИК of nine and of thirteen digits, with either set of weights', () => {
    table(isEik, true, '121699202 175074752 204676177 131071587 831661388 000696327 100000086 100000550')
    table(isEik, true, '999999995 999999988 200000015 1216992020004 9999999950014 9999999950009 9999999950420')
    table(isEik, false, '177549220 121475601 000000000 99999999 9999999950015 9999999940014 0000000000000')
  })

  it('accepts an ЕКАТТЕ with either set of weights', () => {
    table(isEkatte, true, '02676 10971 22215 35167 43952 73198 63427 69969 73626 80323 68134 07079 10135')
    table(isEkatte, false, '73199 7319 731980 00000 63428')
  })

  it('judges a VIN by its form only, because the check digit binds in North America alone', () => {
    table(isVin, true, '1M8GDM9AXKP042788 WVWZZZ1JZ3W386752 EDNTESTVEHCLE0001')
    table(isVin, false, '1M8GDM9AXKP04278 1M8GDM9AXKP04278O 1m8gdm9axkp042788 IM8GDM9AXKP042788')
  })

  it('gives a registration number one spelling: Cyrillic capitals without separators', () => {
    for (const spelling of ['ОВ0000АА', 'ob 0000 aa', 'OB-0000-AA', 'ов–0000 аа', 'OВ0000AА']) {
      assert.equal(normalisePlate(spelling), 'ОВ0000АА')
    }
    assert.equal(normalisePlate('abekmhopctyx'), 'АВЕКМНОРСТУХ')
  })

  it('judges a registration number only in that spelling', () => {
    table(isPlate, true, 'ОВ0000АА Е1234КХ СТ0000Т')
    table(isPlate, false, 'OB0000AA ОВ000АА ОВ00000АА ЯВ0000АА ОВ0000')
    assert.equal(isPlate('ОВ 0000 АА'), false)
  })
})
