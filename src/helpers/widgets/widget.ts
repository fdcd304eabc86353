import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { UsageError } from "../../shared/usage-error";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { joinBuffers, splitBuffers, type SplitState } from "./buffers";
import { kernelComms, type Comm, type CommMessage } from "./kernel-comms";
import { answerFrontEnds, openWidgets } from "./open-widgets";
import {
  checkTrait,
  wireName,
  WIDGET,
  type WidgetReference,
  type OptionsOf,
  type Traits,
  type ValuesOf,
} from "./traits";

/** The version of the messages between a widget and its views; ipywidgets' packages/schema/messages.md. */
const PROTOCOL_VERSION = "2.1.0";
const VIEW_TYPE = "application/vnd.jupyter.widget-view+json";

/** The modules of ipywidgets 8 that hold models and views, and their versions. */
const MODULES = {
  base: ["@jupyter-widgets/base", "2.0.0"],
  controls: ["@jupyter-widgets/controls", "2.0.0"],
  output: ["@jupyter-widgets/output", "1.0.0"],
  // PyPI's anywidget, in requirements.txt.
  anywidget: ["anywidget", "~0.11.*"],
} as const;

type Values = Record<string, unknown>;

/** A kind of widget: what ipywidgets knows about it. */
export interface Kind<T extends Traits = Traits> {
  /** ipywidgets' name, such as `IntSlider`. */
  readonly name: string;
  readonly module?: keyof typeof MODULES;
  /** What the names of its model and view begin with, if not with `name`. */
  readonly front?: string;
  /** The name of its view; by default that of the widget with `View`. Null if it has none. */
  readonly view?: string | null;
  /** Where its view is, if not in the model's module. */
  readonly viewModule?: keyof typeof MODULES;
  readonly traits: T;
  /**
   * Makes values agree that limit each other.
   *
   * @throws UsageError if they can't
   */
  readonly adjust?: (values: Values) => void;
}

/** A change of one of a widget's traits. */
export interface Change<W = unknown, Value = unknown> {
  readonly name: string;
  readonly old: Value;
  readonly new: Value;
  readonly owner: W;
}

type Listener = (change: Change<never, never>) => unknown;
/** Receives what a view sends beside changes of traits. */
export type MessageListener = (content: Readonly<Record<string, unknown>>, buffers: readonly Uint8Array[]) => unknown;

/** The base of all widgets: values that this side and its views in the front end share. */
export abstract class Widget implements WidgetReference, Displayable {
  readonly [WIDGET] = true;
  /** The widget's name in messages. */
  readonly modelId: string;
  readonly #kind: Kind;
  readonly #comm: Comm | undefined;
  readonly #listeners = new Map<Listener, string | undefined>();
  readonly #messageListeners = new Set<MessageListener>();
  #values: Values = {};
  #closed = false;

  protected constructor(kind: Kind, options: Readonly<Values>) {
    this.#kind = kind;
    for (const name of Object.keys(options)) this.#checkName(name);
    for (const [name, { initial, make }] of Object.entries(kind.traits)) {
      const option = options[name];
      const value = make ? make(option) : (option ?? initial);
      if (option !== undefined || make) checkTrait(kind.name, name, kind.traits[name], value);
      this.#values[name] = value;
    }
    kind.adjust?.(this.#values);
    answerFrontEnds();
    const { state, paths, buffers } = this.splitState();
    const metadata = { version: PROTOCOL_VERSION };
    this.#comm = kernelComms()?.open("jupyter.widget", { state, buffer_paths: paths }, metadata, buffers);
    this.modelId = this.#comm?.id ?? randomUUID();
    this.#comm?.onMessage((message) => this.#receive(message));
    this.#comm?.onClose(() => this.#forget());
    if (this.#comm) openWidgets.set(this.modelId, this);
  }

  /**
   * Calls `listener` whenever a trait has changed, on this side or in the front end.
   *
   * @param name the trait; by default any
   * @returns stops that
   * @throws UsageError when the widget has no such trait
   */
  observe<Name extends keyof this & string>(
    listener: (change: Change<this, this[Name]>) => unknown,
    name?: Name,
  ): () => void {
    if (name !== undefined) this.#checkName(name);
    this.#listeners.set(listener as Listener, name);
    return () => void this.#listeners.delete(listener as Listener);
  }

  /** Calls `listener` for each message that a view sends beside changes of traits; returns what stops that. */
  onMessage(listener: MessageListener): () => void {
    this.#messageListeners.add(listener);
    return () => void this.#messageListeners.delete(listener);
  }

  /** Sends a message of your own to the views; `content` is JSON. */
  send(content: object, buffers: readonly Uint8Array[] = []): void {
    this.#send({ method: "custom", content }, buffers);
  }

  /** Removes the widget from the front end, with its layout and style. */
  close(): void {
    if (this.#closed) return;
    for (const [name, { make }] of Object.entries(this.#kind.traits)) {
      if (make && this.#values[name] instanceof Widget) this.#values[name].close();
    }
    this.#forget();
    this.#comm?.close();
  }

  /** Whether it was closed: its views are gone, and it shows nothing more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether there is a trait, or a value made of one, of this name. */
  hasTrait(name: string): boolean {
    return Object.hasOwn(this.#kind.traits, name) || this.derivedNames.includes(name);
  }

  /** Reads a trait. */
  protected read(name: string): unknown {
    return this.#values[name];
  }

  /** Sets traits, all at once. */
  protected write(changes: Readonly<Record<string, unknown>>): void {
    const made: Values = {};
    for (const [name, value] of Object.entries(changes)) {
      const trait = this.#kind.traits[name];
      made[name] = trait.make ? trait.make(value) : value;
      checkTrait(this.#kind.name, name, trait, made[name]);
    }
    this.#apply(made, {});
  }

  /** Values made of traits that can be observed like them. */
  protected get derivedNames(): readonly string[] {
    return [];
  }

  /** Passes a message on to its listeners, as if a view had sent it. */
  protected deliver(content: Readonly<Record<string, unknown>>, buffers: readonly Uint8Array[] = []): void {
    for (const listener of [...this.#messageListeners]) listener(content, buffers);
  }

  /** The state as a message has it. */
  splitState(): SplitState {
    const { name, front = name, view, module = "controls", viewModule = module, traits } = this.#kind;
    const [modelModule, modelVersion] = MODULES[module];
    const [viewModuleName, viewVersion] = MODULES[viewModule];
    return splitBuffers({
      _model_module: modelModule,
      _model_module_version: modelVersion,
      _model_name: `${front}Model`,
      _view_count: null,
      _view_module: viewModuleName,
      _view_module_version: viewVersion,
      _view_name: view === undefined ? `${front}View` : view,
      ...this.#wireState(Object.keys(traits)),
    });
  }

  /** The widget where nothing moves: in a terminal, on a code host, in another kernel. */
  protected staticHtml(): string {
    const { description, value } = this as { description?: string; value?: number | string | boolean };
    if (value === undefined) return escapeHtml(description ?? "");
    return `${escapeHtml(description || this.#kind.name)}: <b>${escapeHtml(String(value))}</b>`;
  }

  /** A static picture of a widget, for one that contains it. */
  static pictureOf(widget: WidgetReference): string {
    return widget instanceof Widget ? widget.staticHtml() : "";
  }

  /** The widget itself for front ends that have widgets, a static picture for all others. */
  [JUPYTER_DISPLAY](): MimeBundle {
    if (this.#closed) return { "text/plain": `${this.#kind.name}, closed` };
    const note = "<br><small>In JupyterLab, on this project's TypeScript kernel, run the cell and this moves.</small>";
    const view = { version_major: 2, version_minor: 0, model_id: this.modelId };
    return {
      ...(this.#comm && { [VIEW_TYPE]: view }),
      "text/html": `<div>${this.staticHtml()}${note}</div>`,
      "text/plain": this.toString(),
    };
  }

  /** The name and what differs from the defaults. */
  toString(): string {
    const { name, traits } = this.#kind;
    const shown = Object.entries(traits).filter(
      ([key, { initial, make }]) => !make && !key.startsWith("_") && this.#values[key] !== initial,
    );
    const values = Object.fromEntries(shown.map(([key]) => [key, this.#values[key]]));
    return `${name} ${inspect(values, { breakLength: Infinity, depth: 1 })}`;
  }

  /** What `console.log` prints. */
  [inspect.custom](): string {
    return this.toString();
  }

  #checkName(name: string): void {
    if (this.hasTrait(name)) return;
    const names = [...Object.keys(this.#kind.traits).filter((trait) => !trait.startsWith("_")), ...this.derivedNames];
    throw new UsageError(`${this.#kind.name}: expected one of the traits ${names.join(", ")}, found ${name}.`);
  }

  #wireState(names: readonly string[]): Values {
    const wire = (name: string): unknown => {
      const { toWire } = this.#kind.traits[name];
      return toWire ? toWire(this.#values[name]) : this.#values[name];
    };
    return Object.fromEntries(names.map((name) => [this.#wireName(name), wire(name)]));
  }

  #wireName(name: string): string {
    return this.#kind.traits[name].wireName ?? wireName(name);
  }

  /** @param known what the front end already knows, by its names */
  #apply(changes: Readonly<Values>, known: Readonly<Values>): void {
    const before = this.#values;
    const after = { ...before, ...changes };
    this.#kind.adjust?.(after);
    const derivedBefore = this.derivedNames.map((name) => (this as Values)[name]);
    this.#values = after;
    const changed = Object.keys(after).filter((name) => !Object.is(before[name], after[name]));
    const news = Object.entries(this.#wireState(changed)).filter(
      ([name, value]) => !(name in known) || JSON.stringify(known[name]) !== JSON.stringify(value),
    );
    // What the front end sent and can't be so, such as a value out of range, isn't a change here, but it is there.
    for (const name of Object.keys(changes)) {
      if (this.#wireName(name) in known && !Object.is(after[name], changes[name]))
        news.push(...Object.entries(this.#wireState([name])));
    }
    if (news.length > 0) this.#sendState("update", Object.fromEntries(news));
    for (const name of changed) this.#notify(name, before[name], after[name]);
    this.derivedNames.forEach((name, index) => {
      const value = (this as Values)[name];
      if (!Object.is(derivedBefore[index], value)) this.#notify(name, derivedBefore[index], value);
    });
  }

  #notify(name: string, old: unknown, value: unknown): void {
    const change: Change = { name, old, new: value, owner: this };
    for (const [listener, wanted] of [...this.#listeners]) {
      if (wanted === undefined || wanted === name) listener(change as Change<never, never>);
    }
  }

  #receive({ data, buffers }: CommMessage): void {
    if (data.method === "request_state") {
      const { state, paths, buffers: parts } = this.splitState();
      this.#send({ method: "update", state, buffer_paths: paths }, parts);
    } else if (data.method === "custom") {
      this.deliver(data.content as Values, buffers);
    } else if (data.method === "update") {
      const state = joinBuffers({ ...(data.state as Values) }, (data.buffer_paths ?? []) as string[][], buffers);
      const names = new Map(Object.keys(this.#kind.traits).map((name) => [this.#wireName(name), name]));
      const known = Object.entries(state).filter(([name]) => names.has(name));
      const changes: Values = {};
      for (const [wire, value] of known) {
        const name = names.get(wire) as string;
        const trait = this.#kind.traits[name];
        if (trait.toWire) continue; // Only this side sets it.
        checkTrait(this.#kind.name, name, trait, value);
        changes[name] = value;
      }
      // Other views learn of it at once, and the one that sent it that it has arrived.
      this.#sendState("echo_update", Object.fromEntries(known));
      this.#apply(changes, state);
    }
  }

  #sendState(method: "update" | "echo_update", whole: Values): void {
    const { state, paths, buffers } = splitBuffers(whole);
    this.#send({ method, state, buffer_paths: paths }, buffers);
  }

  #send(data: object, buffers: readonly Uint8Array[]): void {
    if (!this.#closed) this.#comm?.send(data, {}, buffers);
  }

  #forget(): void {
    this.#closed = true;
    openWidgets.delete(this.modelId);
  }
}

/** The class of a kind of widget, with a property for each of its traits. */
export function widgetClass<T extends Traits>(kind: Kind<T>): new (options?: OptionsOf<T>) => Widget & ValuesOf<T> {
  class Concrete extends Widget {
    constructor(options: Readonly<Values> = {}) {
      super(kind, options);
    }
  }
  defineTraits(Concrete, kind.traits);
  return Concrete as unknown as new (options?: OptionsOf<T>) => Widget & ValuesOf<T>;
}

/** Gives a class of widgets a property for each trait. */
export function defineTraits(Class: { readonly prototype: object }, traits: Traits): void {
  for (const name of Object.keys(traits)) {
    Object.defineProperty(Class.prototype, name, {
      get(this: Reader) {
        return this.read(name);
      },
      set(this: Reader, value: unknown) {
        this.write({ [name]: value });
      },
      enumerable: true,
      configurable: true,
    });
  }
}

interface Reader {
  read(name: string): unknown;
  write(changes: Readonly<Values>): void;
}
