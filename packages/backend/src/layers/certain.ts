// What stands for it that models which nobody asked to accelerate may be: their JavaScript does nothing but compute tensors.
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Doubts } from '../accelerate/doubts.ts'
import { show } from '../show.ts'

type LayerClass = new (...args: never[]) => tfl.layers.Layer

/** What tfjs-layers keeps in a layer and its typings hide. */
type Layer = Omit<tfl.layers.Layer, 'call' | 'apply'> & {
  _callHook: unknown
  /** Functions that training adds to the loss. */
  _losses: readonly unknown[]
  call: unknown
  apply: unknown
  /** Of cells: what is called in the place of tf.dropout. */
  dropoutFunc?: unknown
}

const isLayerClass = (cls: unknown) => (cls as LayerClass).prototype instanceof tfl.layers.Layer

/** The class of all initializers, which tfjs-layers does not export. They have run when a model is there. */
const Initializer = Object.getPrototypeOf(tfl.initializers.zeros().constructor) as new () => object
const classes = stockClasses()
const functions = new WeakSet<object>([...Object.values(tfl.metrics), ...Object.values(tf.losses)])

/** Registers a layer for saved models, as one whose `call` only computes tensors, the same for the same inputs and weights. */
export function registerLayer(layer: LayerClass): void {
  if (typeof layer !== 'function' || !isLayerClass(layer))
    throw new Error(`registerLayer: expected a class of layers, got ${show(layer)}`)
  classes.add(layer)
  tf.serialization.registerClass(layer as unknown as Parameters<typeof tf.serialization.registerClass>[0])
}

/** Whether losses or metrics, as given to `compile`, are functions that TensorFlow.js does not have. */
export function hasUsersFunctions(given: unknown): boolean {
  if (typeof given === 'function') return !functions.has(given)
  return typeof given === 'object' && given !== null && Object.values(given).some(hasUsersFunctions)
}

/** Says of functions that they only compute tensors. */
export function trust(made: readonly object[]): void {
  for (const one of made) functions.add(one)
}

/** Of a model with the functional API, whose layers stay what they are. */
export function doubtsOf(model: tfl.LayersModel): Doubts {
  let layers: Layer[] | undefined
  let calls: unknown[] = []
  let settings: Settings[] = []
  const look = () => {
    const parts = [...partsOf(model.layers)]
    layers = parts.filter((part): part is Layer & object => part instanceof tfl.layers.Layer)
    calls = layers.flatMap((layer) => [layer.constructor.prototype.call, layer.constructor.prototype.apply])
    settings = parts
      .flatMap((part) => [part, ...optionsOf(part)].map(settingsOf))
      .filter(({ names }) => names.length > 0)
    return layers
  }
  const all = () => layers ?? look()
  /** What was put in the place of a layer's own methods, or is called besides. */
  const intruder = (): unknown => {
    const each = all()
    for (let i = 0; i < each.length; i++) {
      const { _callHook, call, apply } = each[i]
      if (_callHook !== null) return _callHook
      if (call !== calls[2 * i]) return call
      if (apply !== calls[2 * i + 1]) return apply
    }
    return undefined
  }
  const watched = (): unknown[] => {
    const values = [intruder()]
    for (const { part, names } of settings) for (let i = 0; i < names.length; i++) pushSetting(values, part[names[i]])
    return values
  }
  return {
    layers() {
      look()
      for (const part of partsOf(model.layers))
        if (!classes.has(part.constructor))
          return `${show(part)} is not of TensorFlow.js, so what it does besides computing tensors is not known`
      return intruder() === undefined ? undefined : 'the call of a layer is watched or was replaced'
    },
    training() {
      const { lossFunctions = [], metricsTensors = [] } = model as unknown as {
        lossFunctions?: object[]
        metricsTensors?: [object, number][]
      }
      if (![...lossFunctions, ...metricsTensors.map(([metric]) => metric)].every((one) => functions.has(one)))
        return 'a loss or a metric is a function of the caller, which may do more than compute tensors'
      const dropping = all().find(({ dropoutFunc }) => typeof dropoutFunc === 'function')
      if (dropping) return `the dropoutFunc of '${dropping.name}' may do more than compute tensors`
      const layer = all().find(({ _losses }) => _losses.length > 0)
      return layer && `the layer '${layer.name}' has a loss of its own`
    },
    watched,
    watchedInTraining: () => [...watched(), ...all().map(({ _losses }) => _losses.length)],
  }
}

/** The properties of a part that are part of a recording. */
interface Settings {
  readonly part: Record<string, unknown>
  readonly names: readonly string[]
}

/** What changes nothing about what a part computes once it is built, or is followed otherwise. */
const INERT = /^(_|DEFAULT_|id$|name$|trainable_$|fastWeightInitDuringBuild$)|Initializer$/
/** What may be there or not. */
const OPTIONAL = /(activation|Constraint|dataFormat|dropoutFunc)$/i

function settingsOf(part: object): Settings {
  const isSetting = ([name, value]: [string, unknown]): boolean => {
    if (INERT.test(name)) return false
    if (value === null || value === undefined) return OPTIONAL.test(name)
    if (typeof value !== 'object' || value instanceof tf.serialization.Serializable) return true
    return value instanceof tfl.LayerVariable || isOfNumbers(value)
  }
  const names = Object.entries(part)
    .filter(isSetting)
    .map(([name]) => name)
  // A ReLU that is given nothing has no such property yet.
  const { className } = part.constructor as { className?: string }
  if (className === 'ReLU' && !names.includes('maxValue')) names.push('maxValue')
  return { part: part as Settings['part'], names }
}

/** The objects in which a part keeps what it was given. */
function optionsOf(part: object): object[] {
  const isPlain = (value: unknown) =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return Object.values(part).filter(isPlain)
}

/** Whether a value is a list of numbers, or of such lists, as paddings are. */
function isOfNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' || isOfNumbers(one))
}

/** Lists are what they hold: they may change in place. */
function pushSetting(values: unknown[], value: unknown): void {
  if (!Array.isArray(value)) values.push(value)
  else {
    values.push(value.length)
    for (let i = 0; i < value.length; i++) pushSetting(values, value[i])
  }
}

/** Layers with what they consist of: layers inside, activations, regularizers and the like. */
function partsOf(value: unknown, parts = new Set<tf.serialization.Serializable>()): Set<tf.serialization.Serializable> {
  if (Array.isArray(value)) for (const one of value) partsOf(one, parts)
  else if (value instanceof tf.serialization.Serializable && !(value instanceof Initializer || parts.has(value))) {
    parts.add(value)
    for (const one of Object.values(value)) partsOf(one, parts)
  }
  return parts
}

/** The classes of TensorFlow.js: what is registered when this is loaded, and, of layers, has a function that makes them. */
function stockClasses(): Set<unknown> {
  const makers = new Set(Object.keys(tfl.layers).map((name) => name.toLowerCase()))
  const containers = ['Model', 'Functional', 'Sequential']
  const known = new Set<unknown>()
  for (const [name, [cls]] of Object.entries(tf.serialization.SerializationMap.getMap().classNameMap))
    if (!isLayerClass(cls) || makers.has(name.toLowerCase()) || containers.includes(name)) known.add(cls)
  return known
}
