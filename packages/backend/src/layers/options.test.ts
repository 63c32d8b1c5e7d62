import { describe, expect, test } from 'vitest'
import { choice, flag, rate, readOptions, shape, size, sizes, text } from './options.ts'

const readers = {
  inputShape: shape(['steps?', 'features'], [null, 4]),
  units: sizes([64, 64]),
  classes: size(),
  dropout: rate(0),
  padding: choice(['valid', 'same'], 'valid'),
  bias: flag(true),
  name: text(),
}
const read = (options: unknown) => readOptions('net', options, readers)

describe('readOptions', () => {
  test('fills in defaults and takes a lone number for a list', () => {
    expect(read({ classes: 10, units: 32 })).toEqual({
      inputShape: [null, 4],
      units: [32],
      classes: 10,
      dropout: 0,
      padding: 'valid',
      bias: true,
      name: undefined,
    })
  })

  test.each([
    [
      { clases: 3 },
      "net: unknown option 'clases'; allowed are inputShape, units, classes, dropout, padding, bias, name",
    ],
    [{}, 'net: classes: missing'],
    [{ classes: 0 }, 'net: classes: 0 is not a positive integer'],
    [{ classes: 2.5 }, 'net: classes: 2.5 is not a positive integer'],
    [{ classes: Number.NaN }, 'net: classes: NaN is not a positive integer'],
    [{ classes: '10' }, "net: classes: '10' is not a positive integer"],
    [{ classes: null }, 'net: classes: null is not a positive integer'],
    [{ classes: 2, units: [] }, 'net: units: [] needs at least 1 entry'],
    [{ classes: 2, units: [4, -1] }, 'net: units: [4, -1] is not a positive integer or a list of them'],
    [{ classes: 2, inputShape: [3] }, 'net: inputShape: [3] is not [steps or null, features] of positive integers'],
    [{ classes: 2, inputShape: [3, null] }, 'net: inputShape: [3, null] is not [steps or null, features]'],
    [{ classes: 2, dropout: 1 }, 'net: dropout: 1 is not in [0, 1)'],
    [{ classes: 2, padding: 'full' }, "net: padding: 'full' is not one of valid, same"],
    [{ classes: 2, bias: 1 }, 'net: bias: 1 is not true or false'],
    [{ classes: 2, name: '' }, "net: name: '' is not a string with content"],
    ['10', "net: expected an object of options, got '10'"],
  ])('%j is refused', (options, message) => {
    expect(() => read(options)).toThrow(message)
  })
})
