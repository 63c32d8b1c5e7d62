import { nodeModule } from './worker.ts'

/** The cores that this process may use: the scheduler's affinity and a container's limit respected. At least 1. */
export async function availableCores(): Promise<number> {
  const os = await nodeModule<typeof import('node:os')>('os')
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } }
  const cores = os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1
  const fs = await nodeModule<typeof import('node:fs')>('fs')
  if (fs === undefined) return Math.max(1, cores)
  const quota = cgroupCores((path) => {
    try {
      return fs.readFileSync(path, 'utf8')
    } catch {
      // No such file outside of Linux and of containers; no permission in Deno.
      return undefined
    }
  })
  return Math.max(1, Math.floor(Math.min(cores, quota)))
}

const ROOT = '/sys/fs/cgroup'

/**
 * The cores that the control groups of this process (Linux, version 2 or 1) leave it: run time by period of the tightest of its
 * groups and those around them; Infinity without a limit.
 */
export function cgroupCores(read: (path: string) => string | undefined): number {
  const groups = (read('/proc/self/cgroup') ?? '').trim().split('\n')
  const of = (controller: string) =>
    groups
      .map((line) => line.split(':'))
      .find(([, controllers = '']) => controllers.split(',').includes(controller))?.[2]
  let cores = Infinity
  const limit = (quota: string | undefined, period: string | undefined) => {
    const ratio = Number(quota) / Number(period)
    if (ratio > 0) cores = Math.min(cores, ratio)
  }
  for (const group of around(of('') ?? '/')) limit(...split(read(`${ROOT}${group}/cpu.max`)))
  for (const group of around(of('cpu') ?? '/')) {
    const folder = `${ROOT}/cpu${group}`
    limit(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`))
  }
  return cores
}

/** '/a/b' -> '/a/b', '/a', ''. In a container its own group is often the root, whatever its name. */
function around(group: string): string[] {
  const parts = group.split('/').filter(Boolean)
  return Array.from({ length: parts.length + 1 }, (_, i) => ['', ...parts.slice(0, parts.length - i)].join('/'))
}

function split(text = ''): [quota: string, period: string] {
  const [quota, period] = text.trim().split(' ')
  return [quota, period]
}
