import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { sentenceOf } from '../../../src/cli/mistake-sentences.ts'

describe('the sentence for a mistake', () => {
  const thrownBy = (work: () => unknown): unknown => {
    try {
      work()
    } catch (error) {
      return error
    }
    return undefined
  }

  it('names the file that is not there, and no code', () => {
    assert.equal(sentenceOf(thrownBy(() => readFileSync('/nowhere/at-all'))), '/nowhere/at-all does not exist')
  })

  it('says whose port is taken and which setting moves it', () => {
    const error = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 8443 })
    assert.equal(sentenceOf(error), 'port 8443 is taken, perhaps by another edno; set EDNO_HTTP_PORT')
  })

  it('leaves the message of any other error as it is', () => {
    assert.equal(sentenceOf(new Error('plain words')), 'plain words')
    assert.equal(sentenceOf('thrown text'), 'thrown text')
  })
})
