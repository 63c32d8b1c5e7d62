// Installs and builds what is missing, so that `npm start` and `npm test` need no step before them.
// Runs on whatever Node the machine has (20 and later); everything it starts runs on the pinned one.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }

function run(command) {
  const { status, error } = spawnSync(command, { stdio: 'inherit', shell: true, env })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

const installed = 'node_modules/.package-lock.json'
const stale = !existsSync(installed) || statSync(installed).mtimeMs < statSync('package-lock.json').mtimeMs
if (stale) run('npm ci --no-audit --no-fund')
run('npm run --silent build')
