declare module 'jasmine-core' {
  interface Result {
    status: 'passed' | 'failed' | 'pending' | 'excluded'
    fullName: string
    failedExpectations: { message: string }[]
  }
  interface Env {
    configure(options: { random?: boolean; specFilter?: (spec: { getFullName(): string }) => boolean }): void
    addReporter(reporter: { specDone(result: Result): void; suiteDone(result: Result): void }): void
    execute(): Promise<unknown>
  }
  const core: { noGlobals(): { jasmine: { getEnv(): Env } } & Record<string, unknown> }
  export default core
}
