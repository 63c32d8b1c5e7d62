// Writes the register tiles of products and of direct convolution: sums in as many variables as there are vectors in the tile, one
// function for each height. AssemblyScript has neither arrays of registers nor loops that are unrolled; the tiles differ in little.

/** Mirrored in tile.as.ts. */
const TALL = 12

/**
 * C[rows, columns] = init + A . B, where B's rows are read as vectors, and of A one number for each row of C. `a`, `init` and `c`
 * are the addresses of the first row, `aStep`, `iStep` and `cStep` the bytes from a row to the next. init may be c. Of 16 columns B has 8
 * at `b`, the other 8 at `b + pStep`.
 *
 * - `tile`: A's rows are contiguous; B's are `bStep` bytes apart (32 in a packed panel). With `iStep` 0 every row starts alike: from a
 *   bias or from zeros.
 * - `window`: a row of A is `runs` runs of `run` numbers, `aSkip` bytes from the end of one to the next; B is packed, and every row
 *   starts from `init`.
 * - `outer`: A is stored by columns, the numbers of one next to each other: the sum goes over `height` rows of `width` pixels.
 *   From a pixel to the next a and b go `aStep` and `bStep` bytes on, behind each row `aSkip` and `bSkip` bytes more. Of 16 columns of
 *   init and C, too, 8 are in a panel of their own, `cPanel` bytes on.
 *
 * Those of 16 columns, and of 12 rows, are for 256-bit operations: vectors come in pairs 16 bytes apart, all of init is loaded before the first store
 * of C, and of two stores the upper one comes first, so that V8 makes one operation of two. 6 rows are 12 accumulators of the 16
 * registers; in 128-bit mode they spill. No loop is unrolled over A's numbers: in V8 that spills accumulators and costs a quarter of the speed.
 */
const kinds = {
  tile: {
    heights: { 8: [3, 4, 5, 6, TALL], 16: [2, 3, 4, 5, 6] },
    sizes: 'k',
    pointers: 'a aStep b bStep pStep init iStep c cStep',
  },
  window: {
    heights: { 8: [1, 2, 3, 4, 5, 6, TALL], 16: [2, 3, 4, 5, 6] },
    sizes: 'run runs',
    pointers: 'a aStep aSkip b pStep init c cStep',
  },
  outer: {
    heights: { 8: [1, 2, 3, 4, 5, 6, TALL], 16: [2, 3, 4, 5, 6] },
    sizes: 'width height',
    pointers: 'a aStep aSkip b bStep bSkip pStep init iStep c cStep cPanel',
  },
}

type Kind = keyof typeof kinds
type Columns = 8 | 16

const range = (count: number) => Array.from({ length: count }, (_, i) => i)
const block = (head: string, lines: string[]) => [`${head} {`, ...lines.map((line) => `  ${line}`), '}']
const load = (pointer: string, offset: number) => `v128.load(${pointer}, ${offset})`
const store = (pointer: string, offset: number, value: string) => `v128.store(${pointer}, ${value}, ${offset})`

function parametersOf(kind: Kind, columns: Columns): { names: string; declared: string } {
  const sizes = kinds[kind].sizes.split(' ')
  const pointers = kinds[kind].pointers
    .split(' ')
    .filter((name) => columns === 16 || !['pStep', 'cPanel'].includes(name))
  const declared = [...sizes.map((name) => `${name}: i32`), ...pointers.map((name) => `${name}: usize`)]
  return { names: [...sizes, ...pointers].join(', '), declared: declared.join(', ') }
}

/** Variables of row r and vector v: address a<r>, product's vector b<v>, sum c<r><v>. Of 16 columns `d` and `high` point to the second 8. */
function tile(kind: Kind, rows: number, columns: Columns): string[] {
  const isWide = columns === 16
  const isApart = isWide && kind === 'outer'
  // So many rows have not a pointer each.
  const isChain = rows === TALL && kind !== 'outer'
  const vectors = range(columns / 4)
  const inB = (v: number) => (v < 2 ? load('b', 16 * v) : load('d', 16 * v - 32))
  /** Where vector v of a row of C, or of init, is. */
  const place = (row: string, v: number): [string, number] => (isApart && v > 1 ? ['high', 16 * v - 32] : [row, 16 * v])
  const advance = (step: string, ...pointers: (string | false)[]) =>
    pointers.filter(Boolean).map((p) => `${p} += ${step}`)

  const start: string[] = []
  if (kind !== 'outer' && !isChain)
    start.push(
      `let ${range(rows)
        .map((r) => `a${r} = ${r === 0 ? 'a' : `a${r - 1} + aStep`}`)
        .join(', ')}`,
    )
  if (isWide) start.push('let d = b + pStep')
  if (isApart) start.push('let high = init + cPanel')
  for (const r of range(rows)) {
    const isCopy = r > 0 && kind === 'window'
    if (r > 0 && !isCopy) start.push(...advance('iStep', 'init', isApart && 'high'))
    start.push(`let ${vectors.map((v) => `c${r}${v} = ${isCopy ? `c0${v}` : load(...place('init', v))}`).join(', ')}`)
  }

  const products = [
    `const ${vectors.map((v) => `b${v} = ${inB(v)}`).join(', ')}`,
    ...advance(kind === 'window' ? '32' : 'bStep', 'b', isWide && 'd'),
    'let v: v128',
    ...(isChain ? ['let p = a'] : []),
    ...range(rows).flatMap((r) => [
      `v = v128.load32_splat(${kind === 'outer' ? `a, ${4 * r}` : isChain ? 'p' : `a${r}`})`,
      ...vectors.map((v) => `c${r}${v} = fma(v, b${v}, c${r}${v})`),
      ...(isChain ? advance('aStep', r < rows - 1 && 'p') : advance('4', kind !== 'outer' && `a${r}`)),
    ]),
    ...advance('4', isChain && 'a'),
  ]
  const loop = {
    tile: () => block('for (; k > 0; k--)', products),
    window: () =>
      block('for (; runs > 0; runs--)', [
        ...block('for (let i = run; i > 0; i--)', products),
        ...advance('aSkip', ...(isChain ? ['a'] : range(rows).map((r) => `a${r}`))),
      ]),
    outer: () =>
      block('for (; height > 0; height--)', [
        ...block('for (let i = width; i > 0; i--)', [...products, 'a += aStep']),
        'a += aSkip',
        ...advance('bSkip', 'b', isWide && 'd'),
      ]),
  }[kind]()

  const end = isApart ? ['high = c + cPanel'] : []
  for (const r of range(rows)) {
    if (r > 0) end.push(...advance('cStep', 'c', isApart && 'high'))
    for (const v of isWide ? [1, 0, 3, 2] : [1, 0]) end.push(store(...place('c', v), `c${r}${v}`))
  }
  const head = `function ${kind}_f32_${rows}x${columns}(${parametersOf(kind, columns).declared}): void`
  return block(head, [...start, ...loop, ...end])
}

/**
 * As `tile`, for 256-bit operations and rows that tiles of 16 columns are no good for: fewer have too few sums for the latency of the multipliers.
 * A's numbers are read once for the panels of a group, and by a pointer of their own for each: V8 keeps what was read by the same one, and spills sums.
 */
const wideTiles: { rows: number; groups: number[][] }[] = [
  { rows: 4, groups: [[0, 1], [2]] },
  {
    rows: 3,
    groups: [
      [0, 1],
      [2, 3],
    ],
  },
  { rows: 2, groups: [[0, 1, 2, 3, 4, 5]] },
]

function wideTile(rows: number, groups: number[][]): string[] {
  const panels = groups.flat()
  const vectors = range(2 * panels.length)
  const start = groups.length > 1 ? ['let e = a'] : []
  for (const r of range(rows)) {
    if (r > 0) start.push('init += iStep')
    start.push(`let ${vectors.map((v) => `c${r}_${v} = ${load('init', 16 * v)}`).join(', ')}`)
  }
  const products = ['let q = b']
  for (const [g, group] of groups.entries()) {
    const pointer = g === 0 ? 'a' : 'e'
    const ofPanel = (panel: number) => [2 * panel, 2 * panel + 1]
    const loadPanel = (panel: number) => [
      ...(panel > 0 ? ['q += pStep'] : []),
      `const ${ofPanel(panel)
        .map((v) => `b${v} = ${load('q', 16 * (v % 2))}`)
        .join(', ')}`,
    ]
    const multiply = (r: number, v: number) => `c${r}_${v} = fma(v${g}${r}, b${v}, c${r}_${v})`
    const loadRow = (r: number) => [
      ...(r === 0 ? [`let p${g} = ${pointer}`] : [`p${g} += aStep`]),
      `const v${g}${r} = v128.load32_splat(p${g})`,
    ]
    if (rows < group.length)
      products.push(
        ...range(rows).flatMap(loadRow),
        ...group.flatMap((panel) => [
          ...loadPanel(panel),
          ...range(rows).flatMap((r) => ofPanel(panel).map((v) => multiply(r, v))),
        ]),
      )
    else
      products.push(
        ...group.flatMap(loadPanel),
        ...range(rows).flatMap((r) => [...loadRow(r), ...group.flatMap(ofPanel).map((v) => multiply(r, v))]),
      )
    products.push(`${pointer} += 4`)
  }
  products.push('b += bStep')
  const end: string[] = []
  for (const r of range(rows)) {
    if (r > 0) end.push('c += cStep')
    for (const panel of panels) for (const v of [2 * panel + 1, 2 * panel]) end.push(store('c', 16 * v, `c${r}_${v}`))
  }
  const pointers = 'a aStep b bStep pStep init iStep c cStep'.split(' ')
  const declared = ['k: i32', ...pointers.map((name) => `${name}: usize`)].join(', ')
  return block(`export function tile_f32_${rows}x${8 * panels.length}(${declared}): void`, [
    ...start,
    ...block('for (; k > 0; k--)', products),
    ...end,
  ])
}

/**
 * Stores, in two halves, the sums of products of `rows` rows of `count` numbers, a multiple of 8: of x, `xRow` bytes apart and `step` from a pixel's to the next
 * one's, and of the filter, dense. The sums of a pixel's outputs follow each other at `to`, 32 bytes each.
 */
function halves(pixels: number, outs: number): string[] {
  const sums = range(pixels).flatMap((p) => range(outs).map((o) => `s${p}${o}`))
  const products = [
    ...range(outs).flatMap((o) => [
      o === 0 ? 'let g = f' : 'g += fStep',
      `const w${o}0 = ${load('g', 0)}, w${o}1 = ${load('g', 16)}`,
    ]),
    ...range(pixels).flatMap((p) => [
      p === 0 ? 'let q = x' : 'q += step',
      `const v${p}0 = ${load('q', 0)}, v${p}1 = ${load('q', 16)}`,
      ...range(outs).flatMap((o) => [0, 1].map((h) => `s${p}${o}${h} = fma(v${p}${h}, w${o}${h}, s${p}${o}${h})`)),
    ]),
    'x += 32',
    'f += 32',
  ]
  return block(
    `export function halves_f32_${pixels}x${outs}(rows: i32, count: i32, x: usize, step: usize, xRow: usize, f: usize, to: usize): void`,
    [
      'const zero = f32x4.splat(0)',
      `let ${sums.flatMap((sum) => [`${sum}0 = zero`, `${sum}1 = zero`]).join(', ')}`,
      'const fStep = <usize>(rows * count) << 2',
      'const toNext = xRow - (<usize>count << 2)',
      ...block('for (; rows > 0; rows--)', [...block('for (let i = count; i > 0; i -= 8)', products), 'x += toNext']),
      ...sums.flatMap((sum, i) => [store('to', 32 * i + 16, `${sum}1`), store('to', 32 * i, `${sum}0`)]),
    ],
  )
}

/** `tile_8`, `tile_16`, `window_8` ...: the tile of a height that is known only now. */
function choice(kind: Kind, columns: Columns): string[] {
  const { names, declared } = parametersOf(kind, columns)
  const call = (rows: number) => `${kind}_f32_${rows}x${columns}(${names})`
  const heights = kinds[kind].heights[columns]
  const cases = heights.filter((rows) => rows !== TALL).map((rows) => `case ${rows}: ${call(rows)}; break`)
  const tall = heights.includes(TALL) ? [`if (HAS_WIDE && rows == ${TALL}) return ${call(TALL)}`] : []
  return [
    '// @ts-ignore: decorator',
    '@inline',
    ...block(`export function ${kind}_${columns}(rows: i32, ${declared}): void`, [
      ...tall,
      ...block('switch (rows)', cases),
    ]),
  ]
}

export function tileSource(): string {
  const lines = ['// Generated by build/tiles.ts.', "import { fma, HAS_WIDE } from '../runtime/simd.as'"]
  for (const kind of Object.keys(kinds) as Kind[])
    for (const columns of [8, 16] as const) {
      for (const rows of kinds[kind].heights[columns]) lines.push('', ...tile(kind, rows, columns))
      lines.push('', ...choice(kind, columns))
    }
  for (const [pixels, outs] of [
    [8, 1],
    [4, 2],
    [3, 3],
  ])
    lines.push('', ...halves(pixels, outs))
  for (const { rows, groups } of wideTiles) lines.push('', ...wideTile(rows, groups))
  return `${lines.join('\n')}\n`
}
