import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { printPictures } from './images.ts'
import { createTerminal } from './terminal.ts'

/** A terminal that is none, such as a pipe or a log, and what was written to it. */
function pipe() {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  return { terminal: createTerminal(stream), written: () => text }
}

test('a pipe gets plain lines: no control characters, few lines of progress', () => {
  const { terminal, written } = pipe()
  terminal.heading('Heading')
  const progress = terminal.progress('CNN', 1000)
  for (let done = 1; done <= 1000; done++) progress.update(done, { epoch: '1/1', loss: '0.5' })
  progress.stop()
  terminal.table(['model', 'ms', 'of peak'], [['CNN', '1', '']], ['CNN on wasm: fails'])
  printPictures(terminal, [{ pixels: new Float32Array(16).fill(1, 8), caption: '7' }])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(written()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
  expect(written().match(/CNN +\d+%/g)).toEqual([
    'CNN     20%',
    'CNN     40%',
    'CNN     60%',
    'CNN     80%',
    'CNN    100%',
  ])
  expect(written()).not.toMatch(/ $/m)
  expect(written()).toContain('epoch 1/1  loss 0.5')
  expect(written()).toContain('CNN on wasm: fails')
  expect(written()).toContain('████')
})
