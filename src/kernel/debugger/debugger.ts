import type { Debugger as Cdp, Runtime } from "node:inspector";
import { Session } from "node:inspector/promises";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { CompilerFunctions } from "../compiler/compiler";
import { PARAMETERS, RESULT } from "../compiler/shared-variables";
import { DEBUG_VALUES, type Content, type DebugVariable } from "../protocol";
import type { RpcClient } from "../rpc";
import { type Breakpoint, Breakpoints } from "./breakpoints";
import { CELL_PATH } from "./code-id";
import { KERNEL, Scripts } from "./scripts";
import { type Frame, isSamePlace, type LocalScope, type Stop } from "./stop";

/** The session is one thread, and has this number. */
const THREAD = 1;
/** An expression for the session's `DebugValues`. */
const VALUES = `globalThis[Symbol.for(${JSON.stringify(DEBUG_VALUES)})]`;
/** Code that steps pass over: that of Node, of packages and of the kernel. */
const PASSED_OVER = ["^node:", "/node_modules/", escapeRegExp(KERNEL)];
/**
 * For what the debugger itself evaluates. A call of the inspector that stops takes the messages that come meanwhile for
 * its own, and the one that would end the stop may get lost.
 */
const NO_STOPS = { disableBreaks: true };
const EXCEPTION_FILTERS = [
  { filter: "uncaught", label: "Uncaught exceptions" },
  { filter: "all", label: "All exceptions" },
];
/** What the emitted code of a cell declares beside the cell's own names; see emit.ts. */
const EMITTED = new RegExp(`^_*(cells|${[...Object.values(PARAMETERS), RESULT].join("|")})$|_\\d+$`);

/** Where the debugger's messages go. */
export interface DebuggerOutput {
  /** To the front end. */
  event(event: DebugProtocol.Event): void;
  /** Below the running cell. */
  text(text: string): void;
}

type Arguments = Record<string, unknown>;
type Step = "stepOver" | "stepInto" | "stepOut";

/**
 * Answers Jupyter's `debug_request`s, which hold requests of the Debug Adapter Protocol
 * (https://microsoft.github.io/debug-adapter-protocol/specification) and a few of Jupyter's own
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request). It debugs the session's thread from
 * the wire's, so that the kernel goes on answering while a cell stands still.
 */
export class Debugger {
  private inspector: Session | undefined;
  private readonly scripts: Scripts;
  private breakpoints: Breakpoints | undefined;
  private started = false;
  private exceptions: readonly string[] = [];
  /** V8 has stopped the session, if only for a moment. */
  private standing = false;
  /** Where it stands, once the front end knows. */
  private stop: Stop | undefined;
  private lastStop: Stop | undefined;
  /** How often the front end has asked where; see `stackTrace`. */
  private stackTraces = 0;
  private stepping: Step | undefined;
  private pausing = false;
  private lastEvent = 0;

  constructor(
    private readonly compiler: RpcClient<CompilerFunctions>,
    private readonly output: DebuggerOutput,
  ) {
    this.scripts = new Scripts(compiler);
  }

  /** Whether a cell stands still. */
  get isStopped(): boolean {
    return this.standing;
  }

  /** Ends a cell that stands still, without running any more of it. */
  terminate(terminated: () => void): void {
    void this.inspector?.post("Runtime.terminateExecution").then(terminated, terminated);
    void this.inspector?.post("Debugger.resume").catch(() => {});
  }

  /** Ends debugging. */
  disconnect(): void {
    this.inspector?.disconnect();
    this.inspector = undefined;
    this.started = this.standing = false;
    this.stop = this.lastStop = undefined;
    this.breakpoints = undefined;
    this.exceptions = [];
  }

  /** The reply to a request; every request gets one, which says what was wrong if need be. */
  async answer({ seq, command, arguments: parameters }: Content): Promise<Content> {
    const reply = { type: "response", seq: 0, request_seq: seq, command, success: true };
    try {
      return { ...reply, body: await this.handle(String(command), (parameters ?? {}) as Arguments) };
    } catch (error) {
      return { ...reply, success: false, message: error instanceof Error ? error.message : String(error), body: {} };
    }
  }

  private async handle(command: string, parameters: Arguments): Promise<object> {
    switch (command) {
      case "debugInfo":
        return this.debugInfo();
      case "initialize":
        return this.initialize();
      case "attach":
        this.send("initialized");
        return {};
      case "configurationDone":
        return {};
      case "disconnect":
        this.disconnect();
        return {};
      case "dumpCell":
        return { sourcePath: this.scripts.dump(text(parameters, "code")) };
      case "setBreakpoints":
        return this.setBreakpoints(parameters as unknown as DebugProtocol.SetBreakpointsArguments);
      case "setExceptionBreakpoints":
        return this.setExceptionBreakpoints(parameters as unknown as DebugProtocol.SetExceptionBreakpointsArguments);
      case "threads":
        return { threads: [{ id: THREAD, name: "cells" }] };
      case "stackTrace":
        return this.stackTrace();
      case "scopes":
        return { scopes: await this.scopes(this.frame(parameters.frameId)) };
      case "variables":
        return { variables: await this.children(Number(parameters.variablesReference)) };
      case "setVariable":
        return this.setVariable(parameters as unknown as DebugProtocol.SetVariableArguments);
      case "evaluate":
        return this.evaluate(parameters as unknown as DebugProtocol.EvaluateArguments);
      case "continue":
        await this.go("resume");
        return { allThreadsContinued: true };
      case "next":
        await this.go("stepOver");
        return {};
      case "stepIn":
        await this.go("stepInto");
        return {};
      case "stepOut":
        await this.go("stepOut");
        return {};
      case "pause":
        this.pausing = true;
        await this.running().post("Debugger.pause");
        return {};
      case "source":
        return this.source(parameters as unknown as DebugProtocol.SourceArguments);
      case "modules":
        return this.modules();
      case "inspectVariables":
        return { variables: await this.inspectVariables() };
      case "richInspectVariables":
        return this.richInspect(parameters);
      case "copyToGlobals":
        return this.copyToGlobals(parameters);
      default:
        throw new Error(`The debugger doesn't know the request ${JSON.stringify(command)}.`);
    }
  }

  private debugInfo(): object {
    const breakpoints = [...(this.breakpoints?.all ?? [])].map(([source, all]) => ({
      source,
      breakpoints: all.map(({ line }) => ({ line })),
    }));
    return {
      isStarted: this.started,
      hashMethod: "Murmur2",
      hashSeed: CELL_PATH.seed,
      tmpFilePrefix: CELL_PATH.prefix,
      tmpFileSuffix: CELL_PATH.suffix,
      breakpoints,
      stoppedThreads: this.stop ? [THREAD] : [],
      richRendering: true,
      exceptionPaths: EXCEPTION_FILTERS.map(({ filter }) => filter),
      copyToGlobals: true,
    };
  }

  private async initialize(): Promise<DebugProtocol.Capabilities> {
    if (!this.started) {
      const inspector = this.connect();
      this.scripts.restart();
      this.breakpoints = new Breakpoints(inspector);
      inspector.on("Debugger.scriptParsed", ({ params }) => this.scripts.add(params));
      inspector.on("Debugger.paused", ({ params }) => void this.paused(params));
      inspector.on("Debugger.resumed", () => this.resumed());
      // No asynchronous call stacks: with them, Node ends the process when JavaScript is terminated in the middle.
      await inspector.post("Debugger.enable");
      await inspector.post("Debugger.setBlackboxPatterns", { patterns: PASSED_OVER });
      // A cell's breakpoints are placed when its script is there, and before it runs. Cells name a source map, and what
      // the debugger evaluates doesn't.
      const instrumentation = "beforeScriptWithSourceMapExecution";
      await inspector.post("Debugger.setInstrumentationBreakpoint", { instrumentation });
      this.started = true;
    }
    return {
      supportsConfigurationDoneRequest: true,
      supportsConditionalBreakpoints: true,
      supportsHitConditionalBreakpoints: true,
      supportsLogPoints: true,
      supportsEvaluateForHovers: true,
      supportsSetVariable: true,
      supportsModulesRequest: true,
      exceptionBreakpointFilters: EXCEPTION_FILTERS,
    };
  }

  private async setBreakpoints({ source, breakpoints = [] }: DebugProtocol.SetBreakpointsArguments): Promise<object> {
    this.running();
    const path = String(source.path);
    await this.breakpoints?.replace(path, breakpoints, await this.scripts.living(this.running()));
    return { breakpoints: breakpoints.map(({ line }) => ({ verified: true, line, source })) };
  }

  private async setExceptionBreakpoints({ filters }: DebugProtocol.SetExceptionBreakpointsArguments): Promise<object> {
    this.exceptions = filters;
    // The kernel catches whatever a cell throws, so V8 takes all of it for caught: `isUncaught` decides.
    await this.running().post("Debugger.setPauseOnExceptions", { state: filters.length > 0 ? "all" : "none" });
    return {};
  }

  /**
   * The call stack. Its frames have other numbers each time: after an evaluation JupyterLab empties the list of
   * variables, and reads it again only if it takes the frame for another one.
   */
  private stackTrace(): object {
    const { length } = this.standingStill().frames;
    const before = this.stackTraces++ * length;
    const frames = this.standingStill().frames.map(({ call, script, place }, index) => ({
      id: before + index + 1,
      name: isTop(call) ? script.name : call.functionName || "(anonymous)",
      source: { name: script.name, path: script.path },
      ...place,
    }));
    return { stackFrames: frames, totalFrames: frames.length };
  }

  private async scopes(frame: Frame): Promise<DebugProtocol.Scope[]> {
    const stop = this.standingStill();
    const { locals, closures } = scopesOf(frame);
    const namesIn = async (scopes: readonly LocalScope[]): Promise<string[]> => {
      const names = await this.call<string[]>("namesIn", ...scopes.map(({ objectId }) => ({ objectId })));
      return frame.script.isCell ? names.filter((name) => !EMITTED.test(name)) : names;
    };
    const scope = async (name: string, names: readonly string[], own: readonly LocalScope[], isCell: boolean) => {
      const values = asArgument(await this.valuesAt(frame, names));
      const reference = await this.call<number>("scope", values, { value: isCell });
      stop.scopes.set(reference, { frame, locals: own });
      return { name, variablesReference: reference, expensive: false };
    };
    const isCell = frame.script.isCell && isTop(frame.call);
    const names = await namesIn(locals);
    const found = [await scope("Locals", names, locals, isCell)];
    const outer = (await namesIn(closures)).filter((name) => !names.includes(name));
    if (outer.length > 0) found.push(await scope("Closure", outer, closures, false));
    const reference = await this.call<number>("variablesReference");
    if (!isCell) found.push({ name: "Globals", variablesReference: reference, expensive: false });
    return found;
  }

  private async children(reference: number): Promise<DebugProtocol.Variable[]> {
    const children = await this.call<DebugVariable[]>("children", { value: reference });
    return children.map(toVariable);
  }

  private async setVariable({ variablesReference, name, value }: DebugProtocol.SetVariableArguments): Promise<object> {
    const scope = this.stop?.scopes.get(variablesReference);
    const result = await this.compute(value, scope?.frame ?? this.stop?.frames.at(0));
    const newValue = asArgument(result);
    const local = scope && (await this.localWith(name, scope.locals));
    if (scope && local) {
      const { callFrameId } = scope.frame.call;
      const place = { callFrameId, scopeNumber: local.number, variableName: name };
      await this.running().post("Debugger.setVariableValue", { ...place, newValue });
    } else if (scope) await this.call("assignVariable", { value: name }, newValue);
    await this.call("assign", { value: variablesReference }, { value: name }, newValue);
    return this.described(result);
  }

  private async localWith(name: string, locals: readonly LocalScope[]): Promise<LocalScope | undefined> {
    for (const local of locals) {
      if ((await this.call<string[]>("namesIn", { objectId: local.objectId })).includes(name)) return local;
    }
    return undefined;
  }

  private async evaluate({ expression, frameId }: DebugProtocol.EvaluateArguments): Promise<object> {
    const frame = this.stop ? this.frame(frameId ?? 1) : undefined;
    const { value, ...rest } = await this.described(await this.compute(expression, frame));
    return { result: value, ...rest };
  }

  private async source({ source, sourceReference }: DebugProtocol.SourceArguments): Promise<object> {
    const name = source?.path ?? String(sourceReference);
    const content = await this.scripts.source(name);
    if (content === undefined) throw new Error(`There is no source ${JSON.stringify(name)}.`);
    return { content, mimeType: "text/typescript" };
  }

  private async modules(): Promise<object> {
    const files = (await this.scripts.all()).filter(({ isCell }) => !isCell);
    return { modules: files.map(({ id, name, path }) => ({ id, name, path })), totalModules: files.length };
  }

  private async inspectVariables(): Promise<DebugProtocol.Variable[]> {
    if (!this.stop) await this.call("clear");
    return this.children(await this.call<number>("variablesReference"));
  }

  private async richInspect({ variableName, frameId }: Arguments): Promise<object> {
    const name = String(variableName);
    const data = this.stop
      ? await this.call("bundleNow", asArgument(await this.compute(name, this.frame(frameId ?? 1))))
      : await this.bundleOf(name);
    return { data, metadata: {} };
  }

  /** The MIME bundle of a variable of the cells, which may have to be awaited. */
  private async bundleOf(name: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.connect().post("Runtime.evaluate", {
      expression: `${VALUES}.bundle(${JSON.stringify(name)})`,
      awaitPromise: true,
      returnByValue: true,
      silent: true,
      ...NO_STOPS,
    });
    if (exceptionDetails) throw new Error(result.description?.split("\n")[0] ?? exceptionDetails.text);
    return result.value as unknown;
  }

  /** Makes a variable of the cells of one that a function has. */
  private async copyToGlobals(parameters: Arguments): Promise<object> {
    const name = text(parameters, "dstVariableName");
    const result = await this.compute(text(parameters, "srcVariableName"), this.frame(parameters.srcFrameId));
    const declared = await this.compiler.convert(`var ${name}: any`, "In [ ]");
    if (declared.error) throw new Error(declared.error.evalue);
    await this.compiler.commit(declared.id);
    await this.call("assignVariable", { value: name }, asArgument(result));
    return {};
  }

  /** V8 has stopped the session. */
  private async paused(event: Cdp.PausedEventDataType): Promise<void> {
    this.standing = true;
    try {
      if (event.reason === "instrumentation") {
        const script = await this.scripts.find(String((event.data as { scriptId?: unknown }).scriptId));
        if (script?.isCell) this.stepping = undefined; // A step doesn't lead from one cell into the next.
        if (script) await this.breakpoints?.placeIn(script);
        return await this.goOn();
      }
      const hits = await this.placeAtEntry(event);
      const stop = { frames: await this.framesOf(event.callFrames), scopes: new Map() };
      const reason =
        stop.frames.length === 0 ? undefined : await this.reasonToStop({ ...event, hitBreakpoints: hits }, stop);
      if (reason === undefined) return await this.goOn();
      this.stop = this.lastStop = stop;
      this.stackTraces = 0;
      this.stepping = undefined;
      this.pausing = false;
      this.send("stopped", { ...reason, threadId: THREAD, allThreadsStopped: true });
    } catch {
      await this.goOn(); // It was resumed meanwhile, or the debugger was disconnected.
    }
  }

  /** Where a file begins, places its breakpoints. Returns V8's ids of those that the session stands at. */
  private async placeAtEntry({ callFrames, hitBreakpoints = [] }: Cdp.PausedEventDataType): Promise<string[]> {
    if (!this.breakpoints?.isEntry(hitBreakpoints)) return hitBreakpoints;
    const { location } = callFrames[0];
    const script = await this.scripts.find(location.scriptId);
    const placed = script ? [...(await this.breakpoints.placeIn(script))] : [];
    const here = placed.filter(
      ([, { lineNumber, columnNumber }]) =>
        lineNumber === location.lineNumber && columnNumber === location.columnNumber,
    );
    return [...hitBreakpoints, ...here.map(([id]) => id)];
  }

  /** Goes on without having told anybody of the stop: with the step that was going on, if there was one. */
  private async goOn(): Promise<void> {
    if (!this.standing) return;
    await this.inspector?.post(this.stepping ? `Debugger.${this.stepping}` : "Debugger.resume").catch(() => {});
  }

  private async reasonToStop(
    { reason, hitBreakpoints = [], data }: Cdp.PausedEventDataType,
    stop: Stop,
  ): Promise<{ reason: string; text?: string } | undefined> {
    if (reason === "exception" || reason === "promiseRejection") {
      const wanted = this.exceptions.includes("all") || (await isUncaught(stop, this.compiler));
      const { description = "" } = (data ?? {}) as Runtime.RemoteObject;
      return wanted ? { reason: "exception", text: description.split("\n")[0] } : undefined;
    }
    for (const id of hitBreakpoints) {
      const breakpoint = this.breakpoints?.find(id);
      if (breakpoint && (await this.stopsAt(breakpoint, stop.frames[0]))) return { reason: "breakpoint" };
    }
    if (this.stepping) {
      const { call, script } = stop.frames[0];
      if (call.location.lineNumber + 1 >= script.end) {
        this.stepping = undefined; // The cell is about to return its value.
        return undefined;
      }
      return isSamePlace(stop, this.lastStop) ? undefined : { reason: "step" };
    }
    if (this.pausing) return { reason: "pause" };
    return hitBreakpoints.length > 0 ? undefined : { reason: "breakpoint" }; // A `debugger` statement.
  }

  /** Whether a breakpoint's conditions hold; writes its message if that is all it is for. */
  private async stopsAt(breakpoint: Breakpoint, frame: Frame): Promise<boolean> {
    const { condition, hitCondition, logMessage } = breakpoint;
    if (condition) {
      const result = await this.compute(condition, frame).catch((error: Error) => {
        this.output.text(`The condition ${condition} of a breakpoint failed: ${error.message}\n`);
        return { type: "boolean", value: true } as const;
      });
      if (!isTruthy(result)) return false;
    }
    breakpoint.hits++;
    if (hitCondition && breakpoint.hits < Number(hitCondition)) return false;
    if (logMessage === undefined || logMessage === "") return true;
    this.output.text(`${await this.filledIn(logMessage, frame)}\n`);
    return false;
  }

  /** A logpoint's message with the values of the expressions in braces. */
  private async filledIn(message: string, frame: Frame): Promise<string> {
    const parts = message.split(/\{([^{}]*)\}/);
    const values = parts.map(async (part, index) => {
      if (index % 2 === 0) return part;
      try {
        return (await this.described(await this.compute(part, frame))).value;
      } catch (error) {
        return `{${part}: ${(error as Error).message}}`;
      }
    });
    return (await Promise.all(values)).join("");
  }

  private resumed(): void {
    this.standing = false;
    if (!this.stop) return;
    this.stop = undefined;
    this.send("continued", { threadId: THREAD, allThreadsContinued: true });
  }

  private async go(how: Step | "resume"): Promise<void> {
    this.standingStill();
    this.stepping = how === "resume" ? undefined : how;
    await this.call("clear");
    await this.running().post(`Debugger.${how}`);
  }

  private async framesOf(calls: readonly Cdp.CallFrame[]): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (const call of calls) {
      const script = await this.scripts.find(call.location.scriptId);
      const { lineNumber, columnNumber = 0 } = call.location;
      if (!script || lineNumber < 0) continue; // Not the reader's, or what makes a cell's function.
      frames.push({ call, script, place: script.toSource({ line: lineNumber + 1, column: columnNumber + 1 }) });
    }
    return frames;
  }

  /** The present values of variables at a frame; the scopes that came with the stop may show earlier ones. */
  private async valuesAt({ call }: Frame, names: readonly string[]): Promise<Runtime.RemoteObject> {
    // A variable above its declaration can't be read.
    const values = names.map((name) => `${name}: (() => { try { return ${name} } catch {} })()`);
    const { result } = await this.running().post("Debugger.evaluateOnCallFrame", {
      callFrameId: call.callFrameId,
      expression: `({ __proto__: null, ${values.join(", ")} })`,
      silent: true,
    });
    return result;
  }

  /** The value of an expression, in TypeScript, at a frame or among the cells' variables. */
  private async compute(expression: string, frame: Frame | undefined): Promise<Runtime.RemoteObject> {
    const names = new Set(await this.call<string[]>("variableNames"));
    if (frame) {
      const { locals, closures } = scopesOf(frame);
      const objects = [...locals, ...closures].map(({ objectId }) => ({ objectId }));
      for (const name of await this.call<string[]>("namesIn", ...objects)) names.delete(name);
    }
    const code = await this.compiler.debugExpression(expression, [...names], `${VALUES}.variables`);
    const { result, exceptionDetails } = frame
      ? await this.running().post("Debugger.evaluateOnCallFrame", {
          callFrameId: frame.call.callFrameId,
          expression: code,
          silent: true,
        })
      : await this.connect().post("Runtime.evaluate", { expression: code, silent: true, ...NO_STOPS });
    if (exceptionDetails) throw new Error(result.description?.split("\n")[0] ?? exceptionDetails.text);
    return result;
  }

  private async described(result: Runtime.RemoteObject): Promise<{
    value: string;
    type: string;
    variablesReference: number;
  }> {
    const { value, type, reference } = await this.call<DebugVariable>("describe", asArgument(result));
    return { value, type, variablesReference: reference };
  }

  /** Calls a method of the session's `DebugValues`. */
  private async call<Result>(method: string, ...parameters: readonly Runtime.CallArgument[]): Promise<Result> {
    const { result, exceptionDetails } = parameters.some(({ objectId }) => objectId !== undefined)
      ? await this.callWithObjects(method, parameters)
      : await this.connect().post("Runtime.evaluate", {
          expression: `${VALUES}.${method}(${parameters.map(asSource).join(", ")})`,
          returnByValue: true,
          silent: true,
          ...NO_STOPS,
        });
    if (exceptionDetails) throw new Error(result.description?.split("\n")[0] ?? exceptionDetails.text);
    return result.value as Result;
  }

  private async callWithObjects(
    method: string,
    parameters: readonly Runtime.CallArgument[],
  ): Promise<Runtime.CallFunctionOnReturnType> {
    const { result: values } = await this.connect().post("Runtime.evaluate", { expression: VALUES, ...NO_STOPS });
    return this.connect().post("Runtime.callFunctionOn", {
      objectId: values.objectId,
      functionDeclaration: "function (method, ...parameters) { return this[method](...parameters) }",
      arguments: [{ value: method }, ...parameters],
      returnByValue: true,
      silent: true,
    });
  }

  private frame(id: unknown): Frame {
    const { frames } = this.standingStill();
    const index = Number(id) - 1;
    const isKnown = Number.isInteger(index) && index >= 0 && index < Math.max(1, this.stackTraces) * frames.length;
    if (!isKnown) throw new Error(`There is no frame ${String(id)}.`);
    return frames[index % frames.length];
  }

  private standingStill(): Stop {
    if (!this.stop) throw new Error("No cell is stopped.");
    return this.stop;
  }

  private running(): Session {
    if (!this.inspector || !this.started) throw new Error("The debugger isn't started: send initialize first.");
    return this.inspector;
  }

  private connect(): Session {
    if (!this.inspector) {
      this.inspector = new Session();
      this.inspector.connectToMainThread();
    }
    return this.inspector;
  }

  private send(event: string, body: object = {}): void {
    this.output.event({ seq: ++this.lastEvent, type: "event", event, body });
  }
}

/** Whether no `catch` of the reader's is around the place of any frame. */
async function isUncaught({ frames }: Stop, compiler: RpcClient<CompilerFunctions>): Promise<boolean> {
  for (const { script, place } of frames)
    if (await compiler.isCaught(script.code, place.line, place.column)) return false;
  return true;
}

/** The scopes of a frame's function, and those around it up to the global one. */
function scopesOf({ call }: Frame): { locals: LocalScope[]; closures: LocalScope[] } {
  const last = call.scopeChain.findIndex(({ type }) => type === "local");
  const locals: LocalScope[] = [];
  const closures: LocalScope[] = [];
  call.scopeChain.forEach(({ type, object }, number) => {
    if (type === "global" || type === "script" || object.objectId === undefined) return;
    (number <= last ? locals : closures).push({ number, objectId: object.objectId });
  });
  return { locals, closures };
}

/** Whether a frame is that of a cell itself, not of a function in it: it begins before the first line. */
const isTop = ({ functionLocation }: Cdp.CallFrame): boolean => (functionLocation?.lineNumber ?? 0) < 0;

function asArgument({ objectId, value, unserializableValue }: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId };
  return unserializableValue !== undefined ? { unserializableValue } : { value: value as unknown };
}

/** A value that is no object, as JavaScript. */
function asSource({ value, unserializableValue }: Runtime.CallArgument): string {
  return unserializableValue ?? (value === undefined ? "undefined" : JSON.stringify(value));
}

function isTruthy({ objectId, value, unserializableValue }: Runtime.RemoteObject): boolean {
  if (unserializableValue !== undefined) return !["NaN", "-0", "0n"].includes(unserializableValue);
  return objectId !== undefined || Boolean(value);
}

/** Without its type, which JupyterLab would show in place of the value; the value of an object begins with it. */
function toVariable({ name, value, reference }: DebugVariable): DebugProtocol.Variable {
  return { name, value, variablesReference: reference, evaluateName: name };
}

function text(parameters: Arguments, name: string): string {
  const value = parameters[name];
  if (typeof value !== "string") throw new Error(`${name}: expected text, found ${JSON.stringify(value)}.`);
  return value;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
