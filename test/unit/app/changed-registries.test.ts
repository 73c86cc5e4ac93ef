import assert from 'node:assert/strict'
import { changedRegistries } from '../../../src/app/changed-registries.ts'

describe('changes of registries, in words', () => {
  const files = { caFile: '/a', certificateFile: '/b', keyFile: '/c' }
  const config = {
    registries: { mvr: { url: 'https://mvr.example/', ...files } },
    registryDatabases: { fish: { url: 'postgres://reader@secret-host/fish' } },
    registryLimits: { mvr: { concurrency: 5, attempts: 3 } },
  }

  it('are none where nothing changed', () => {
    assert.deepEqual(changedRegistries(config, structuredClone(config)), [])
  })

  it('tell limits by their values, and downtime by its times without the reason', () => {
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', reason: 'Иванов е в отпуск' }
    const after = { ...config, registryLimits: { mvr: { concurrency: 2, plannedDowntime: [window] } } }
    assert.deepEqual(changedRegistries(config, after), [
      'registry mvr: limits.attempts 3 → –',
      'registry mvr: limits.concurrency 5 → 2',
      'registry mvr: limits.plannedDowntime – → [2026-01-01T00:00:00Z…2026-01-02T00:00:00Z]',
    ])
  })

  it('tell that an address or a file is another one, and neither of them', () => {
    const after = {
      ...config,
      registries: {
        mvr: { ...files, url: 'https://hunter2.example/', keyFile: '/hunter2' },
        av: { url: 'x', ...files },
      },
      registryDatabases: {},
    }
    const told = changedRegistries(config, after)
    assert.deepEqual(told, [
      'registry av: address added',
      'registry fish: address removed',
      'registry mvr: other keyFile',
      'registry mvr: other url',
    ])
    assert.doesNotMatch(told.join(), /hunter2|secret/)
  })
})
