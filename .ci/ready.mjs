// Installs and builds what is missing, so that `npm start` and `npm test` need no step before them.
// Runs on whatever Node the machine has (20 and later); everything it starts runs on the pinned one.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }

/** Runs a command; `quietly`, what it prints is shown only where it fails. */
function run(command, quietly = false) {
  const stdio = quietly ? ['inherit', 'pipe', 'pipe'] : 'inherit'
  const { status, error, stdout, stderr } = spawnSync(command, { stdio, shell: true, env, maxBuffer: 2 ** 26 })
  if (error) throw error
  if (status === 0) return
  for (const text of [stdout, stderr]) if (text) process.stderr.write(text)
  process.exit(status ?? 1)
}

// What `npm ci` was last run for. Times do not tell: a checkout touches the lock file.
const stamp = 'node_modules/.installed'
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  run('npm ci --no-audit --no-fund')
  writeFileSync(stamp, lock)
}
console.log('Building what has changed')
run('npm run --silent build', true)
