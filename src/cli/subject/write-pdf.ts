import { createRequire } from 'node:module'
import PDFDocument from 'pdfkit'
import type { Page } from './page.ts'

const require = createRequire(import.meta.url)
/** Fonts with Cyrillic letters, put into the file: a reader needs none of its own. */
const PLAIN = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')
const BOLD = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')

const MARGIN = 56
const GREY = '#4a4a4a'
/** Room that the heading of an entry wants below it on the same page. */
const KEPT_TOGETHER = 120

type Document = InstanceType<typeof PDFDocument>

/** A4, to be printed or read aloud: text is text, and the language is said. */
export async function writePdf(page: Page): Promise<Buffer> {
  const pdf: Document = new PDFDocument({
    ...{ size: 'A4', margin: MARGIN, lang: page.language, bufferPages: true, displayTitle: true },
    info: { Title: page.title, Author: 'edno', Creator: 'edno', Producer: 'edno' },
    font: PLAIN,
  })
  const pieces: Buffer[] = []
  pdf.on('data', (piece: Buffer) => pieces.push(piece))
  const ended = new Promise<void>((resolve, reject) => {
    pdf.once('end', resolve)
    pdf.once('error', reject)
  })
  pdf.registerFont('plain', PLAIN)
  pdf.registerFont('bold', BOLD)
  writeHead(pdf, page)
  for (const entry of page.entries) writeEntry(pdf, entry)
  pdf.moveDown().font('plain').fontSize(9).fillColor(GREY).text(page.note)
  number(pdf, page)
  pdf.end()
  await ended
  return Buffer.concat(pieces)
}

function writeHead(pdf: Document, { title, lead, facts, entries, none }: Page): void {
  pdf.font('bold').fontSize(20).fillColor('black').text(title)
  pdf.moveDown(0.5).font('plain').fontSize(10).text(lead)
  pdf.moveDown(0.5)
  for (const fact of facts) pdf.fillColor(GREY).text(fact)
  if (entries.length === 0) pdf.moveDown().font('bold').fillColor('black').text(none)
}

function writeEntry(pdf: Document, { heading, lines }: Page['entries'][number]): void {
  if (pdf.y > pdf.page.height - MARGIN - KEPT_TOGETHER) pdf.addPage()
  pdf.moveDown().font('bold').fontSize(11).fillColor('black').text(heading)
  for (const [name, value] of lines)
    pdf.fontSize(10).font('plain').fillColor(GREY).text(`${name}: `, { continued: true }).fillColor('black').text(value)
}

/** The foot of every page, below what flows. */
function number(pdf: Document, { numbered }: Page): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let index = start; index < start + count; index += 1) {
    pdf.switchToPage(index)
    const { height, width, margins } = pdf.page
    margins.bottom = 0
    pdf.font('plain').fontSize(8).fillColor(GREY)
    pdf.text(numbered(index + 1), MARGIN, height - MARGIN / 2, { width: width - 2 * MARGIN, align: 'center' })
    margins.bottom = MARGIN
  }
}
