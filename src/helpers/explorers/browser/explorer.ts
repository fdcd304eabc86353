/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { KERNELS } from "../../convolution/kernels";
import type { Padding } from "../../convolution/window";
import type { ExplorerConfig } from "../config";
import { draw } from "../drawing";
import { parseMatrix } from "../inputs";
import { compute, formatNumber, writtenOut, type PoolingSetting, type Result, type Setting } from "../setting";
import { controlsMarkup, kernelFields, OWN_KERNEL } from "./controls";
import { STYLE } from "./style";

/** How long the window stays at each position while it plays. */
const STEP_MS = 700;

/** Turns an element into an explorer: a shadow root with the live explorer replaces its content, a static picture. */
export function mount(host: HTMLElement, config: ExplorerConfig): void {
  // A shadow root keeps the page's styles out, and several explorers apart.
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<style>${STYLE}</style><div class="explorer">${controlsMarkup(config)}</div>`;
  new Explorer(root, config);
}

/** The controls hold what the reader wants; `setting`, `result` and the picture hold what was last possible. */
class Explorer {
  private setting: Setting;
  private result: Result;
  private at: [number, number] = [0, 0];
  private revealed = Infinity;
  private timer: ReturnType<typeof setInterval> | undefined;
  private brush = 0;
  private readonly stage: HTMLElement;

  constructor(
    private readonly root: ShadowRoot,
    private readonly config: ExplorerConfig,
  ) {
    this.setting = config.setting;
    this.result = compute(this.setting);
    this.stage = this.find(".stage");
    this.writeMatrix(this.setting.input);
    if (this.setting.operation === "convolution") this.writeKernel(this.setting.kernel);
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

  private value(name: string): string {
    return this.find<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(`[name="${name}"]`).value;
  }

  /** A control has a new value: tries the setting of all controls, and explains why if it is impossible. */
  private change(control: HTMLInputElement): void {
    this.pause();
    this.revealed = Infinity;
    if (control.name === "input") this.writeMatrix(this.config.inputs[Number(control.value)].pixels);
    if (control.name === "kernel" && control.value !== OWN_KERNEL)
      this.writeKernel(KERNELS[control.value as keyof typeof KERNELS]);
    if (control.name === "kernelSize") this.resizeKernel(Number(control.value));
    if (control.name === "kernelSize" || control.name === "weight")
      this.find<HTMLSelectElement>('[name="kernel"]').value = OWN_KERNEL;
    try {
      const setting = this.read();
      this.result = compute(setting);
      this.setting = setting;
    } catch (error) {
      control.setAttribute("aria-invalid", "true");
      this.find(".reason").textContent = (error as Error).message;
      this.stage.classList.add("impossible");
      return;
    }
    for (const field of this.root.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.find(".reason").textContent = "";
    this.stage.classList.remove("impossible");
    this.render();
  }

  /** The setting of the controls. @throws if one of them isn't a number */
  private read(): Setting {
    const shared = {
      input: parseMatrix(this.value("matrix")),
      padding: this.value("padding") as Padding,
      strides: wholeNumber(this.value("strides")),
    };
    if (this.setting.operation === "convolution") {
      return {
        operation: "convolution",
        ...shared,
        kernel: this.readKernel(),
        dilationRate: wholeNumber(this.value("dilationRate")),
      };
    }
    return {
      operation: this.value("operation") as PoolingSetting["operation"],
      ...shared,
      poolSize: wholeNumber(this.value("poolSize")),
    };
  }

  private readKernel(): number[][] {
    const fields = [...this.root.querySelectorAll<HTMLInputElement>('[name="weight"]')];
    const size = Math.sqrt(fields.length);
    const weights = fields.map((field) => {
      const weight = weightOf(field);
      if (Number.isNaN(weight)) throw new Error(`${field.getAttribute("aria-label")} isn't a number.`);
      return weight;
    });
    return Array.from({ length: size }, (_, row) => weights.slice(row * size, (row + 1) * size));
  }

  private writeKernel(kernel: number[][]): void {
    const grid = this.find(".kernel");
    grid.style.gridTemplateColumns = `repeat(${kernel.length}, auto)`;
    grid.replaceChildren(...kernelFields(kernel));
    this.find<HTMLSelectElement>('[name="kernelSize"]').value = `${kernel.length}`;
  }

  /** Changes the kernel's size: weights that fit are kept, new ones are 0. */
  private resizeKernel(size: number): void {
    const fields = [...this.root.querySelectorAll<HTMLInputElement>('[name="weight"]')];
    const old = Math.sqrt(fields.length);
    const weight = (row: number, column: number): number =>
      row < old && column < old ? weightOf(fields[row * old + column]) || 0 : 0;
    this.writeKernel(
      Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => weight(row, column))),
    );
  }

  private writeMatrix(matrix: number[][]): void {
    this.find<HTMLTextAreaElement>('[name="matrix"]').value = matrix.map((row) => row.join(" ")).join("\n");
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
      }, STEP_MS);
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

  /** The pointer is over a cell: a cell of the output shows its window; a cell of a drawing is painted on a press. */
  private point(event: PointerEvent): void {
    const { output, input } = (event.target as HTMLElement).dataset;
    if (output !== undefined) {
      const [row, column] = output.split(",").map(Number);
      if (row === this.at[0] && column === this.at[1] && this.timer === undefined) return;
      this.pause();
      this.moveTo(row * this.result.window.outputShape[1] + column);
    } else if (input !== undefined && this.paintable() && event.buttons === 1) {
      const [row, column] = input.split(",").map(Number);
      if (event.type === "pointerdown") this.brush = this.setting.input[row][column] === 0 ? 1 : 0;
      // Painting replaces the element under the pointer, which fires the event again.
      if (this.setting.input[row][column] !== this.brush) this.paint(row, column);
    }
  }

  private paintable(): boolean {
    return this.config.inputs[Number(this.value("input"))].paintable === true;
  }

  private paint(row: number, column: number): void {
    const painted = this.setting.input.map((line) => [...line]);
    painted[row][column] = this.brush;
    this.writeMatrix(painted);
    this.change(this.find<HTMLInputElement>('[name="matrix"]'));
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
    this.stage.classList.toggle("paintable", this.paintable());
    this.stage.innerHTML = draw({ setting, result, at, revealed }).svg;
    if (this.timer !== undefined) return; // a screen reader couldn't keep up
    const sum = writtenOut(setting, result, ...at).join(" ");
    this.find('[role="status"]').textContent =
      `Output row ${at[0] + 1}, column ${at[1] + 1}: ${formatNumber(result.output[at[0]][at[1]])}. ${sum}`;
  }
}

/** A field's exact weight: an unedited field shows it rounded. NaN if the field isn't a number. */
function weightOf(field: HTMLInputElement): number {
  return field.value === field.defaultValue ? Number(field.dataset.exact) : field.valueAsNumber;
}

/** An empty field isn't a number. Whether the number is possible is checked where it is used. */
function wholeNumber(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}
