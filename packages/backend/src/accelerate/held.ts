import type { LanewiseBackend } from '../backend.ts'

/** Memory that nobody asked to hold. */
interface Holder {
  /** Whether it is of no use any more. */
  readonly isOrphaned: boolean
  /** Gives it back, unless it is in use now. Whether there was any. */
  release(): boolean
}

const holders = new Set<Holder>()

/** Has what `holder` holds given back where the memory of `backend` does not suffice, before that becomes an error. */
export function hold(holder: Holder, backend: LanewiseBackend): void {
  for (const other of holders) if (other.isOrphaned) other.release()
  holders.add(holder)
  backend.home.heap.onFull = releaseAll
}

export function letGo(holder: Holder): void {
  holders.delete(holder)
}

function releaseAll(): boolean {
  let released = false
  for (const holder of holders) if (holder.release()) released = true
  return released
}
