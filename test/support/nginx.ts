import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { start } from './processes.ts'

/** Where it is not installed, tests that want it are skipped. */
export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).status === 0

export interface NginxOptions {
  /** PEM files. */
  readonly certificateFile: string
  readonly keyFile: string
  readonly clientAuthoritiesFile: string
  /** Of `proxy_pass`. */
  readonly upstream: string
  readonly secret?: string
}

export interface Nginx {
  readonly url: string
  readonly close: () => Promise<void>
}

/** A real nginx that ends TLS in front of edno, with the snippet of docs/OPERATING.md. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'edno-nginx-'))
  mkdirSync(join(folder, 'temp'))
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(folder, port, options))
  const nginx = start('nginx', ['-p', folder, '-c', file, '-e', join(folder, 'error.log')])
  await listening(port)
  return {
    url: `https://127.0.0.1:${port}`,
    close: async () => {
      nginx.kill('SIGQUIT')
      await nginx.ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(folder: string, port: number, options: NginxOptions): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, 'temp', name)};`,
  )
  return `
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    daemon off;
    worker_processes 1;
    pid ${join(folder, 'nginx.pid')};
    events { worker_connections 64; }
    http {
      access_log off;
      ${temporary.join('\n      ')}
      server {
        listen 127.0.0.1:${port} ssl;
        ssl_certificate ${options.certificateFile};
        ssl_certificate_key ${options.keyFile};
        ssl_client_certificate ${options.clientAuthoritiesFile};
        ssl_verify_client optional;
        location / {
          proxy_pass ${options.upstream};
          proxy_set_header X-Client-Verify $ssl_client_verify;
          proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
          proxy_set_header X-Real-IP $remote_addr;
          proxy_set_header Edno-Proxy-Secret "${options.secret ?? ''}";
        }
      }
    }`
}

async function listening(port: number): Promise<void> {
  const end = Date.now() + 60_000
  while (!(await connects(port))) {
    if (Date.now() > end) throw new Error('nginx does not listen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
