import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { availableCores, cgroupCores } from './cores.ts'

it('availableCores is a whole number, and no more than the affinity of the process', async () => {
  const cores = await availableCores()
  expect(Number.isInteger(cores)).toBe(true)
  expect(cores).toBeGreaterThanOrEqual(1)
  expect(cores).toBeLessThanOrEqual(availableParallelism())
})

describe('cgroupCores', () => {
  const cores = (files: Record<string, string>) => cgroupCores((path) => files[path])

  it('is Infinity without a limit', () => {
    expect(cores({})).toBe(Infinity)
    expect(cores({ '/proc/self/cgroup': '0::/a\n', '/sys/fs/cgroup/a/cpu.max': 'max 100000\n' })).toBe(Infinity)
    expect(
      cores({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }),
    ).toBe(Infinity)
  })

  it('is the tightest limit of the groups around the process', () => {
    expect(cores({ '/sys/fs/cgroup/cpu.max': '150000 100000\n' })).toBe(1.5)
    const nested = { '/proc/self/cgroup': '0::/a/b\n', '/sys/fs/cgroup/a/b/cpu.max': '800000 100000\n' }
    expect(cores(nested)).toBe(8)
    expect(cores({ ...nested, '/sys/fs/cgroup/a/cpu.max': '400000 200000\n' })).toBe(2)
  })

  it('reads version 1, too', () => {
    expect(
      cores({
        '/proc/self/cgroup': '12:memory:/docker/x\n3:cpuacct,cpu:/docker/x\n',
        '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '300000\n',
        '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000\n',
      }),
    ).toBe(3)
  })
})
