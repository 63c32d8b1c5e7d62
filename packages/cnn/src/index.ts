// Importing this package registers the backend `lanewise`.
import '@lanewise/backend'

export { type ConvNetOptions, convNet } from './convNet.ts'
