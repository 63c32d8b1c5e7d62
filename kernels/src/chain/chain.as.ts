import { ChainCmd } from '../generated/commands.as'
import { runRange } from '../generated/index.as'

/** For each item: runs this item of every command of the list, in its order. */
export function chain(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ChainCmd>(cmd)
  const list = c.list
  const count = c.count
  for (let item = begin; item < end; item++)
    for (let i = 0; i < count; i++) runRange(load<usize>(list + (<usize>i << 2)), item, item + 1)
}
