/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { KERNELS } from "../../convolution";
import type { ExplorerConfig } from "../config";
import { draw } from "../drawing";
import { parseMatrix } from "../inputs";
import { compute, formatNumber, writtenOut, type Result, type Setting } from "../setting";
import { controlsMarkup, kernelFields, OWN_KERNEL } from "./controls";
import { STYLE } from "./style";

/** Milliseconds that the window rests at each place while it plays. */
const STEP_TIME = 700;

/** Turns an element into an explorer: its content, a static picture, gives way to the live one in a shadow root. */
export function mount(host: HTMLElement, config: ExplorerConfig): void {
  // A root of its own keeps the page's styles out, and several explorers apart.
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<style>${STYLE}</style><div class="explorer">${controlsMarkup(config)}</div>`;
  new Explorer(root, config);
}

class Explorer {
  private setting: Setting;
  private paintable: boolean;
  private result: Result;
  private at: [number, number] = [0, 0];
  private revealed = Infinity;
  private timer: ReturnType<typeof setInterval> | undefined;
  private brush: number | undefined;
  private readonly stage: HTMLElement;

  constructor(
    private readonly root: ShadowRoot,
    private readonly config: ExplorerConfig,
  ) {
    this.setting = config.setting;
    this.paintable = config.inputs[0].paintable === true;
    this.result = compute(this.setting);
    this.stage = this.find(".stage");
    this.showKernel();
    this.showMatrix();
    this.render();
    root.addEventListener("input", (event) => this.change(event.target as HTMLInputElement));
    root.addEventListener("click", (event) => this.press((event.target as HTMLElement).closest("button")?.name));
    this.stage.addEventListener("pointerover", (event) => this.point(event as PointerEvent));
    this.stage.addEventListener("pointerdown", (event) => this.point(event as PointerEvent));
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  private find<T extends HTMLElement>(selector: string): T {
    return this.root.querySelector<T>(selector)!;
  }

  /** A control has a new value: tries it out, and says why if it is impossible. */
  private change(control: HTMLInputElement): void {
    this.pause();
    try {
      const next = this.changed(control);
      this.result = compute(next);
      this.setting = next;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      control.setAttribute("aria-invalid", "true");
      this.find(".reason").textContent = `Impossible: ${error.message}`;
      this.stage.classList.add("impossible");
      return;
    }
    for (const field of this.root.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.find(".reason").textContent = "";
    this.stage.classList.remove("impossible");
    if (control.name === "input") this.paintable = this.config.inputs[Number(control.value)].paintable === true;
    if (control.name === "kernel" || control.name === "kernelSize") this.showKernel();
    if (control.name === "weight" || control.name === "kernelSize") this.find<HTMLSelectElement>('[name="kernel"]').value = OWN_KERNEL;
    if (control.name === "input") this.showMatrix();
    this.revealed = Infinity;
    this.render();
  }

  /** The setting with what all controls say now; every one of them is read, so that a second mistake is not forgotten. */
  private changed(control: HTMLInputElement): Setting {
    const { setting } = this;
    const number = (name: string): number => this.find<HTMLInputElement>(`[name="${name}"]`).valueAsNumber;
    const shared = {
      input: this.chosenInput(control),
      padding: this.find<HTMLSelectElement>('[name="padding"]').value === "same" ? ("same" as const) : ("valid" as const),
      strides: number("strides"),
    };
    if (setting.operation === "convolution") {
      return { operation: setting.operation, ...shared, kernel: this.chosenKernel(control, setting.kernel), dilationRate: number("dilationRate") };
    }
    const average = this.find<HTMLSelectElement>('[name="operation"]').value === "average pooling";
    return { operation: average ? "average pooling" : "max pooling", ...shared, poolSize: number("poolSize") };
  }

  private chosenInput(control: HTMLInputElement): number[][] {
    if (control.name === "input") return this.config.inputs[Number(control.value)].pixels;
    if (control.name === "matrix" || this.find('[name="matrix"]').ariaInvalid === "true") {
      return parseMatrix(this.find<HTMLTextAreaElement>('[name="matrix"]').value);
    }
    return this.setting.input;
  }

  private chosenKernel(control: HTMLInputElement, kernel: number[][]): number[][] {
    if (control.name === "kernel" && control.value !== OWN_KERNEL) return KERNELS[control.value as keyof typeof KERNELS];
    if (control.name === "kernelSize") {
      const size = Number(control.value);
      return Array.from({ length: size }, (_, r) => Array.from({ length: size }, (_, c) => kernel[r]?.[c] ?? 0));
    }
    const fields = [...this.root.querySelectorAll<HTMLInputElement>('[name="weight"]')];
    return kernel.map((row, r) =>
      row.map((weight, c) => {
        const field = fields[r * row.length + c];
        // Only an edited field is read: those of 1/9 show a rounded number.
        if (field !== control && field.ariaInvalid !== "true") return weight;
        if (Number.isNaN(field.valueAsNumber)) throw new RangeError(`The kernel's row ${r + 1}, column ${c + 1} is not a number.`);
        return field.valueAsNumber;
      }),
    );
  }

  private showKernel(): void {
    if (this.setting.operation !== "convolution") return;
    const { kernel } = this.setting;
    const grid = this.find(".kernel");
    grid.style.gridTemplateColumns = `repeat(${kernel[0].length}, auto)`;
    grid.replaceChildren(...kernelFields(kernel));
    this.find<HTMLSelectElement>('[name="kernelSize"]').value = `${kernel.length}`;
  }

  private showMatrix(): void {
    this.find<HTMLTextAreaElement>('[name="matrix"]').value = this.setting.input.map((row) => row.join(" ")).join("\n");
  }

  private press(name: string | undefined): void {
    if (name === "play") {
      if (this.timer !== undefined) return this.pause();
      this.moveTo(0, 1);
      this.find('[name="play"]').textContent = "⏸ Pause";
      this.timer = setInterval(() => {
        const next = this.index() + 1;
        if (next >= this.count() || !this.stage.isConnected) return this.pause();
        this.moveTo(next, next + 1);
      }, STEP_TIME);
    } else if (name === "step" || name === "back") {
      this.pause();
      this.moveTo((this.index() + (name === "step" ? 1 : this.count() - 1)) % this.count());
    }
  }

  private pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.find('[name="play"]').textContent = "▶ Play";
  }

  private key(event: KeyboardEvent): void {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.pause();
    const [rows, columns] = this.result.window.outputShape;
    const row = Math.min(Math.max(this.at[0] + move[0], 0), rows - 1);
    const column = Math.min(Math.max(this.at[1] + move[1], 0), columns - 1);
    this.moveTo(row * columns + column);
  }

  /** The pointer is over a cell: one of the output shows its window, one of a drawing is painted while pressed. */
  private point(event: PointerEvent): void {
    const { output, input } = (event.target as HTMLElement).dataset;
    if (output !== undefined) {
      const [row, column] = output.split(",").map(Number);
      if (row === this.at[0] && column === this.at[1] && this.timer === undefined) return;
      this.pause();
      this.moveTo(row * this.result.window.outputShape[1] + column);
    } else if (input !== undefined && this.paintable && event.buttons === 1) {
      const [row, column] = input.split(",").map(Number);
      if (event.type === "pointerdown") this.brush = this.setting.input[row][column] === 0 ? 1 : 0;
      if (this.brush !== undefined) this.paint(row, column, this.brush);
    }
  }

  private paint(row: number, column: number, value: number): void {
    const input = this.setting.input.map((line) => [...line]);
    input[row][column] = value;
    this.setting = { ...this.setting, input };
    this.result = compute(this.setting);
    this.showMatrix();
    this.render();
  }

  private index(): number {
    return this.at[0] * this.result.window.outputShape[1] + this.at[1];
  }

  private count(): number {
    return this.result.window.outputShape[0] * this.result.window.outputShape[1];
  }

  private moveTo(index: number, revealed = Infinity): void {
    const columns = this.result.window.outputShape[1];
    this.at = [Math.floor(index / columns), index % columns];
    this.revealed = revealed;
    this.render();
  }

  private render(): void {
    const { setting, result, revealed } = this;
    const [rows, columns] = result.window.outputShape;
    this.at = [Math.min(this.at[0], rows - 1), Math.min(this.at[1], columns - 1)];
    const { at } = this;
    this.stage.classList.toggle("paintable", this.paintable);
    this.stage.innerHTML = draw({ setting, result, at, revealed }).svg;
    if (this.timer !== undefined) return; // a screen reader would not keep up
    const sum = writtenOut(setting, result, ...at).join(" ");
    this.find('[role="status"]').textContent = `Output row ${at[0] + 1}, column ${at[1] + 1}: ${formatNumber(result.output[at[0]][at[1]])}. ${sum}`;
  }
}
