import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initWitness, openWitnessKey } from '../../../src/witness/key-folder.ts'
import { lockFolder } from '../../../src/witness/lock.ts'
import { WITNESS } from './logs.ts'

describe('the folder of a witness', () => {
  let folder = ''
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'edno-witness-')), 'own')
  })
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

  it('holds a key that nobody else may read, and the vkey to give out', () => {
    const vkey = initWitness(folder, WITNESS)
    assert.match(vkey, /^witness\.audit\.example\.bg\/w1\+[0-9a-f]{8}\+B/)
    assert.equal(openWitnessKey(folder).vkey, vkey)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, 'witness.key')).mode & 0o777, 0o600)
    assert.equal(readFileSync(join(folder, 'witness.vkey'), 'utf8'), `${vkey}\n`)
  })

  it('keeps its key when it is to be made again', () => {
    const vkey = initWitness(folder, WITNESS)
    assert.throws(() => initWitness(folder, WITNESS), { name: 'LogFault', message: /is there already/ })
    assert.equal(openWitnessKey(folder).vkey, vkey)
  })

  it('is refused when others may read the key, or the vkey is of another', () => {
    initWitness(folder, WITNESS)
    chmodSync(join(folder, 'witness.key'), 0o640)
    assert.throws(() => openWitnessKey(folder), { name: 'LogFault', message: /chmod 600/ })
    chmodSync(join(folder, 'witness.key'), 0o600)
    const other = initWitness(join(folder, 'other'), WITNESS)
    writeFileSync(join(folder, 'witness.vkey'), other)
    assert.throws(() => openWitnessKey(folder), { name: 'LogFault' })
  })

  it('is for one process at a time', () => {
    initWitness(folder, WITNESS)
    const unlock = lockFolder(folder)
    assert.throws(() => lockFolder(folder), { name: 'LogFault', message: /another witness/ })
    unlock()
    lockFolder(folder)()
    assert.equal(existsSync(join(folder, 'witness.lock')), false)
  })

  for (const left of ['dead', 'empty'])
    it(`is taken over from a process that died (${left} lock)`, () => {
      initWitness(folder, WITNESS)
      const dead = spawnSync(process.execPath, ['--version']).pid
      writeFileSync(join(folder, 'witness.lock'), left === 'dead' ? `${dead}\n` : '')
      const unlock = lockFolder(folder)
      assert.equal(readFileSync(join(folder, 'witness.lock'), 'utf8'), `${process.pid}\n`)
      unlock()
    })
})
