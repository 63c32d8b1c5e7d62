// Importing this package registers the backend `lanewise`.
import '@lanewise/backend'

export { type ConvNetOptions, convNet } from './convNet.ts'
export { type MobileNetV2Options, mobileNetV2 } from './mobileNetV2.ts'
export { type ResNet50Options, resNet50 } from './resNet50.ts'
