import assert from 'node:assert/strict'
import { edgeTilesOf, Tile, TILE_WIDTH, tileOf, tilePath, tilesOf } from '../../../src/exchange-log/tile.ts'
import { readerOver, TileTree } from '../../../src/exchange-log/tile-tree.ts'
import { someLeaves } from './reference-model.ts'
import { TileLog } from './tile-log.ts'

const widths = (size: number): string[] =>
  tilesOf(size).map(({ level, number, width }) => `${level}/${number}:${width}`)

describe('tiles', () => {
  it('are named in groups of three digits, partial ones with their width', () => {
    assert.equal(tilePath({ level: 0, number: 1_234_067, width: TILE_WIDTH }), 'tile/0/x001/x234/067')
    assert.equal(tilePath({ level: 2, number: 0, width: 1 }), 'tile/2/000.p/1')
    assert.equal(tilePath({ level: 1, number: 273, width: 112 }), 'tile/1/273.p/112')
  })

  it('are those of the specification for a tree of 70,000 entries', () => {
    const all = tilesOf(70_000)
    assert.equal(all.filter(({ level, width }) => level === 0 && width === 256).length, 273)
    assert.deepEqual(
      all.filter(({ width }) => width < 256),
      [
        { level: 0, number: 273, width: 112 },
        { level: 1, number: 1, width: 17 },
        { level: 2, number: 0, width: 1 },
      ],
    )
    assert.deepEqual(
      edgeTilesOf(70_000),
      all.filter(({ width }) => width < 256),
    )
  })

  it('are never empty: 256 entries fill one tile and begin one above', () => {
    assert.deepEqual(widths(256), ['0/0:256', '1/0:1'])
    assert.deepEqual(widths(257), ['0/0:256', '0/1:1', '1/0:1'])
    assert.deepEqual(widths(255), ['0/0:255'])
    assert.deepEqual(widths(0), [])
    assert.deepEqual(edgeTilesOf(256), [{ level: 1, number: 0, width: 1 }])
  })

  it('hold a node of the tree at the level of its tile', () => {
    assert.deepEqual(tileOf({ level: 0, index: 257 }), { level: 0, number: 1 })
    assert.deepEqual(tileOf({ level: 7, index: 3 }), { level: 0, number: 1 })
    assert.deepEqual(tileOf({ level: 8, index: 3 }), { level: 1, number: 0 })
    assert.deepEqual(tileOf({ level: 40, index: 2 ** 13 }), { level: 5, number: 32 })
  })

  it('say what is missing instead of inventing it', () => {
    const tile = new Tile({ level: 0, number: 0 }, Buffer.concat(someLeaves(3)))
    assert.throws(() => tile.read({ level: 1, index: 1 }), { kind: 'tile-missing' })
    assert.throws(() => readerOver(() => undefined)({ level: 0, index: 0 }), { kind: 'tile-missing' })
    assert.throws(() => new Tile({ level: 0, number: 0 }, Buffer.alloc(33)), { kind: 'log-damaged' })
    assert.throws(() => new TileTree(3, []), { kind: 'tile-missing' })
    assert.throws(() => new TileTree(4, [tile]), { kind: 'tile-missing' })
  })

  it('let a tree go on from its edge alone, also from tiles that have grown since', () => {
    for (const size of [1, 255, 256, 257, 511, 512, 513]) {
      const whole = new TileLog().append(someLeaves(600))
      const edge = edgeTilesOf(size).map((at) => whole.tiles.get(`${at.level}/${at.number}`)!)
      const resumed = new TileTree(size, edge)
      assert.deepEqual(resumed.root, new TileLog().append(someLeaves(size)).tree.root, `root at ${size}`)
      resumed.append(someLeaves(600).slice(size))
      assert.deepEqual(resumed.root, whole.tree.root, `root at 600 from ${size}`)
    }
  })

  it('are reported as changed by the batch that changed them, full ones included', () => {
    const tree = new TileTree(0, [])
    tree.append(someLeaves(250))
    const changed = tree.append(someLeaves(520).slice(250)).map(({ level, number, width }) => [level, number, width])
    assert.deepEqual(changed.sort(), [
      [0, 0, 256],
      [0, 1, 256],
      [0, 2, 8],
      [1, 0, 2],
    ])
  })

  it('hold no more memory than their hashes need, however these came', () => {
    const tile = new Tile({ level: 0, number: 0 }, Buffer.concat(someLeaves(2)))
    tile.push(Buffer.from('0'.repeat(64), 'hex'))
    const held = [tile.node(0, 0), tile.node(0, 2), tile.node(1, 0)].map(({ buffer }) => buffer.byteLength)
    assert.deepEqual(held, [32, 32, 32])
  })
})
