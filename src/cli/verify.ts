import type { Command } from 'commander'
import { type Verdict, verifyExchange } from '../client/verify-exchange.ts'
import { readEvidence } from './held-evidence.ts'
import { verifyByTrust } from './trusted-evidence.ts'
import { type Output, output } from './output.ts'
import { MISSING, SENTENCES } from './verify-sentences.ts'

interface VerifyOptions {
  readonly brokerCertificate?: string
  readonly logKey?: string
  readonly trust?: string
  readonly json?: boolean
  readonly lang?: string
}

export function addVerify(program: Command): void {
  program
    .command('verify <path>')
    .description('check an answer and its receipt offline; PATH is a folder of evidence or one answer file')
    .option('--broker-certificate <file>', "edno's certificate, known beforehand (else broker.crt beside the answer)")
    .option('--log-key <file>', "the log's vkey, known beforehand (else log.vkey beside the answer)")
    .option('--trust <file>', 'a trust document (GET /v1/trust) instead of both: any seal in it is accepted')
    .option('--json', 'one object instead of sentences')
    .option('--lang <bg|en>', 'language of the sentences')
    .addHelpText('after', '\nExample:\n  edno demo --out evidence && edno verify evidence')
    .action(async (path: string, options: VerifyOptions) => {
      const held = readEvidence(path, options)
      const verdict = options.trust === undefined ? verifyExchange(held) : await verifyByTrust(held, options.trust)
      const out = output(options.lang)
      if (options.json === true) out.json(verdictView(verdict))
      else printVerdict(verdict, out)
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

/** Each finding as a sentence; what cannot be known is said too. */
export function printVerdict(verdict: Verdict, out: Output): void {
  for (const { what, holds } of verdict.findings) {
    const sentence = out.text(holds ? SENTENCES[what].holds : SENTENCES[what].fails)
    out.line(holds ? `  ${out.good('✓')} ${sentence}` : `  ${out.bad('✗')} ${sentence}`)
  }
  for (const name of verdict.missing) out.line(`  ${out.faint('?')} ${out.text(MISSING[name])}`)
}
