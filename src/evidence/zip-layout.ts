import type { Entry, LocalFileHeader } from 'yauzl'
import { ContainerFault } from './container-fault.ts'

/** One file of an archive: as the directory at the end has it, and as it stands before its data. */
export interface PlacedEntry {
  readonly entry: Entry
  readonly header: LocalFileHeader
}

const DESCRIBED = 0x08
const DESCRIPTOR = 0x08074b50
const RECORD_OCTETS = 46
const END_OCTETS = 22

const isDescribed = ({ header }: PlacedEntry): boolean => (header.generalPurposeBitFlag & DESCRIBED) !== 0

/** Some readers believe the directory at the end, others what stands before the data. */
export function requireSame(placed: PlacedEntry): void {
  const { entry, header } = placed
  if (!header.fileName.equals(entry.fileNameRaw) || header.compressionMethod !== entry.compressionMethod)
    throw new ContainerFault('form', 'a file is called otherwise before its data than in the directory')
  const { crc32, compressedSize, uncompressedSize } = header
  // Who wrote it as a stream tells sizes after the data.
  if (isDescribed(placed) && crc32 === 0 && compressedSize === 0 && uncompressedSize === 0) return
  requireTold(entry, [crc32, compressedSize, uncompressedSize])
}

function requireTold({ crc32, compressedSize, uncompressedSize }: Entry, told: readonly number[]): void {
  if (told[0] !== crc32 || told[1] !== compressedSize || told[2] !== uncompressedSize)
    throw new ContainerFault('form', 'a file has another size or checksum before its data than in the directory')
}

/**
 * Every byte of the archive is of a file that the directory names, or of the directory. Between files others could stand that a reader
 * from the beginning would find; a comment is shown to people. No signature covers either.
 */
export function requireNothingBeside(archive: Buffer, files: readonly PlacedEntry[]): void {
  const end = archive.length - END_OCTETS
  const [size, start] = [archive.readUInt32LE(end + 12), archive.readUInt32LE(end + 16)]
  const records = files.reduce(
    (sum, { entry }) => sum + RECORD_OCTETS + entry.fileNameLength + entry.extraFieldLength,
    0,
  )
  // Comments make it longer.
  if (endOfFiles(archive, files) !== start || records !== size || start + size !== end)
    throw new ContainerFault('beside', 'the archive holds something besides its files')
}

function endOfFiles(archive: Buffer, files: readonly PlacedEntry[]): number {
  let at = 0
  for (const placed of files.toSorted((one, other) => startOf(one) - startOf(other))) {
    if (startOf(placed) !== at) throw new ContainerFault('beside', 'bytes between files, or files that overlap')
    at = placed.header.fileDataStart + placed.entry.compressedSize
    if (isDescribed(placed)) at = afterDescriptor(archive, at, placed)
  }
  return at
}

const startOf = ({ entry }: PlacedEntry): number => entry.relativeOffsetOfLocalHeader

function afterDescriptor(archive: Buffer, at: number, { entry }: PlacedEntry): number {
  const first = archive.readUInt32LE(at) === DESCRIPTOR ? at + 4 : at
  requireTold(
    entry,
    [0, 4, 8].map((offset) => archive.readUInt32LE(first + offset)),
  )
  return first + 12
}
