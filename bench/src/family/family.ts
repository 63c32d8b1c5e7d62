import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Engine } from '../measure/engines.ts'
import type { Repeated, Workload } from '../measure/workload.ts'
import type { Answer, Request } from './child.ts'
import type { EngineName } from './engines.ts'

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))
/** What an answer may take longer than what was asked for, before the child is taken for lost. */
const PATIENCE_MS = 120_000
/** Of what a child that ends says, the last so many characters are told. */
const LAST_WORDS = 400

/** An engine in a process of its own. */
export interface Remote extends Engine<Workload> {
  readonly name: EngineName
  /** Resolves to the engine's version; rejects with the reason where it can not be had here. */
  launch(): Promise<string>
  stop(): void
}

/**
 * Engines in a process each, so that none sees another's compiled code, memory or flags. They answer one request at a time: as long as
 * one is asked only when another has answered, nothing runs beside anything else. A process that ends or hangs is an error of the
 * workload that it was at; the next one gets a new process.
 */
export function remoteEngine(name: EngineName): Remote {
  let child: Child | undefined
  let version: Promise<string> | undefined
  const launch = () => {
    if (child?.ended) version = undefined
    version ??= (async () => {
      child = new Child(name)
      return (await child.ask({ ask: 'start' })) as string
    })()
    return version
  }
  return {
    name,
    launch,
    start: async () => void (await launch()),
    stop: () => child?.stop(),
    async prepare(workload) {
      const own = child!
      const checked = await own.ask({ ask: 'prepare', workload: workload.name })
      return {
        run: () => {
          throw new Error(`${name} is in another process`)
        },
        repeat: (ms) => own.ask({ ask: 'repeat', ms }, ms) as Promise<Repeated>,
        output: checked ? () => own.ask({ ask: 'output' }) as Promise<Float32Array> : undefined,
        dispose: async () => void (own.ended || (await own.ask({ ask: 'dispose' }))),
      }
    },
  }
}

class Child {
  ended = false
  private readonly process: ChildProcess
  private readonly name: EngineName
  private words = ''

  constructor(name: EngineName) {
    this.name = name
    this.process = fork(CHILD, [name], {
      execArgv: [...process.execArgv, '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (data) => {
        this.words = (this.words + data).slice(-LAST_WORDS)
      })
    this.process.once('exit', () => {
      this.ended = true
    })
  }

  ask(request: Request, ms = 0): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        this.process.off('exit', exited)
        this.process.off('message', answered)
      }
      const exited = (code: number | null, signal: string | null) => {
        settle()
        reject(new Error(`${this.name} ended (${signal ?? code}) ${this.words.trim()}`.trim()))
      }
      const answered = (answer: Answer) => {
        settle()
        if ('error' in answer) reject(new Error(answer.error))
        else resolve(answer.value)
      }
      const timer = setTimeout(() => {
        settle()
        this.stop()
        reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`))
      }, ms + PATIENCE_MS)
      this.process.once('exit', exited)
      this.process.once('message', answered)
      if (this.ended) exited(this.process.exitCode, this.process.signalCode)
      else this.process.send(request)
    })
  }

  stop(): void {
    this.ended = true
    this.process.kill('SIGKILL')
  }
}
