import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'
import { bothThrow, numbered } from './move.testing.ts'

describe('Einsum', () => {
  const sizes: Record<string, number> = { a: 2, b: 3, c: 4, d: 5, e: 1, z: 0 }
  const term = (letters: string) =>
    tf.randomUniform(
      [...letters].map((letter) => sizes[letter]),
      -1,
      1,
      'float32',
      3,
    )

  it.each([
    'ab,bc->ac',
    'ba,bc->ac',
    'ab,cb->ac',
    'ba,cb->ca',
    'abc,acd->abd',
    'abc,dac->dab',
    'abcd,aced->acbe',
    'abc,cbd->dba',
    'abc,abc->a',
    'abc,abc->',
    'ab,ab->ab',
    'ab,ba->ba',
    'a,b->ab',
    'a,b->ba',
    'abc,c->ab',
    'abc->cab',
    'abc->b',
    'abc->',
    'a->a',
    'az,zb->ab',
    'za,zb->ab',
    ' ab , bc -> ac ',
  ])('"%s" is within 1e-5 of backend-cpu', async (equation) => {
    const terms = equation.replaceAll(' ', '').split('->')[0].split(',')
    await compareWithCpu(() => tf.einsum(equation, ...terms.map(term)), 1e-5, { fallback: 'silent' })
  })

  // Here backend-cpu's einsum has the wrong shape.
  it('sums what one term alone has', async () => {
    await tf.setBackend('lanewise')
    tf.tidy(() => {
      const x = numbered([2, 3, 4])
      const y = numbered([5])
      expect(tf.einsum('abc,d->a', x, y).arraySync()).toEqual([78 * 15, 222 * 15])
      expect(tf.einsum('ab,c->c', numbered([2, 2]), y).arraySync()).toEqual([10, 20, 30, 40, 50])
      expect(tf.einsum('ez,ab->eab', tf.zeros([1, 0]), numbered([1, 2])).arraySync()).toEqual([[[0, 0]]])
    })
  })

  it('refuses what does not match', async () => {
    await bothThrow(() => tf.einsum('ab,bc->ac', term('ab'), term('dc')), /Expected dimension 3/)
    await bothThrow(() => tf.einsum('aa,bc->ac', term('ab'), term('bc')), /duplicate axes/)
  })
})
