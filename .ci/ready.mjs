// Installs and builds what is missing, so that `npm start` and `npm test` need no step before them.
// Runs on whatever Node the machine has (20 and later); everything it starts runs on the pinned one.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }

function run(command) {
  const { status, error } = spawnSync(command, { stdio: 'inherit', shell: true, env })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

// What `npm ci` was last run for. Times do not tell: a checkout touches the lock file.
const stamp = 'node_modules/.installed'
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  run('npm ci --no-audit --no-fund')
  writeFileSync(stamp, lock)
}
run('npm run --silent build')
