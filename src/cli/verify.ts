import type { Command } from 'commander'
import { type HeldEvidence, type Verdict, verifyExchange } from '../client/verify-exchange.ts'
import { bringsItsOwnKeys, readEvidence } from './held-evidence.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import { langOption } from './options.ts'
import { type Output, output } from './output.ts'
import { MISSING, OWN_KEYS, SENTENCES } from './verify-sentences.ts'

interface VerifyOptions {
  readonly brokerCertificate?: string
  readonly logKey?: string
  readonly json?: boolean
  readonly lang?: string
}

export function addVerify(program: Command): void {
  program
    .command('verify <path>')
    .description('check an answer and its receipt offline; PATH is a folder of evidence or one answer file')
    .option('--broker-certificate <file>', "edno's certificate, known beforehand (else broker.crt beside the answer)")
    .option('--log-key <file>', "the log's vkey, known beforehand (else log.vkey beside the answer)")
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno demo --out evidence && edno verify evidence')
    .action((path: string, options: VerifyOptions) => {
      const held = readEvidence(path, options)
      const verdict = verifyExchange(held)
      const ownKeys = bringsItsOwnKeys(held, options)
      const out = output(options.lang)
      if (options.json === true) out.json({ ...verdictView(verdict), ownKeys })
      else {
        printVerdict(verdict, out)
        if (ownKeys) printOwnKeys(held, out)
      }
      process.exitCode = verdict.holds ? 0 : 1
    })
}

const verdictView = ({ holds, findings, missing, answer, index, treeSize }: Verdict) => ({
  holds,
  findings,
  missing,
  exchangeId: answer?.exchangeId,
  status: answer?.status,
  index,
  treeSize,
})

/** Keys that came with the evidence prove nothing by themselves: what to compare them with is said. */
function printOwnKeys({ brokerCertificate, logKey }: HeldEvidence, out: Output): void {
  out.line(`  ${out.faint('?')} ${out.text(OWN_KEYS)}`)
  out.line(`    SHA-256 ${readCertificate(brokerCertificate).sha256}`)
  if (logKey !== undefined) out.line(`    ${logKey}`)
}

/** Each finding as a sentence; what cannot be known is said too. */
export function printVerdict(verdict: Verdict, out: Output): void {
  for (const { what, holds } of verdict.findings) {
    const sentence = out.text(holds ? SENTENCES[what].holds : SENTENCES[what].fails)
    out.line(holds ? `  ${out.good('✓')} ${sentence}` : `  ${out.bad('✗')} ${sentence}`)
  }
  for (const name of verdict.missing) out.line(`  ${out.faint('?')} ${out.text(MISSING[name])}`)
}
