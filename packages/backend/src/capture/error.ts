/** Why a function can not be captured, or a captured step not be run; names the operation and says what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError'
  /** The first half of the message, without what to do. */
  readonly reason: string

  constructor(message: string, reason = message) {
    super(message)
    this.reason = reason
  }
}
