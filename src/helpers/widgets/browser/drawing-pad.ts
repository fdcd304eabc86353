/// <reference lib="dom" />

/** The part of anywidget's model that is used here. */
interface Model {
  get(name: "digit"): DataView | null;
  get(name: "probabilities"): readonly number[];
  set(name: "pixels", value: DataView): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
}

/** The pad's pixels; on the screen it is twice as large. */
const SIZE = 140;
/** MNIST's strokes are about an eighth as thick as its digits are high. */
const PEN = 11;
const DIGIT = 28;
/** While a stroke is drawn, the kernel sees it this often. */
const SEND_EVERY_MS = 40;

/** The pad, beside it the picture that the network sees, and a bar for the probability of each class. */
function render({ model, el }: { model: Model; el: HTMLElement }): void {
  el.innerHTML = `<div class="cnn-pad">
    <div><canvas class="cnn-ink" width="${SIZE}" height="${SIZE}" tabindex="0" role="img"
      aria-label="A pad to draw a digit on"></canvas><br><button type="button">Clear</button></div>
    <figure><canvas class="cnn-digit" width="${DIGIT}" height="${DIGIT}" role="img"
      aria-label="The digit as the network sees it"></canvas><figcaption>what the network sees</figcaption></figure>
    <ol aria-label="Probabilities" start="0"></ol></div>`;
  const ink = el.querySelector<HTMLCanvasElement>(".cnn-ink") as HTMLCanvasElement;
  const digit = el.querySelector<HTMLCanvasElement>(".cnn-digit") as HTMLCanvasElement;
  const bars = el.querySelector("ol") as HTMLOListElement;
  const pen = ink.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const clear = (): void => {
    pen.fillStyle = "black";
    pen.fillRect(0, 0, SIZE, SIZE);
  };
  const send = (): void => {
    timer = undefined;
    const { data } = pen.getImageData(0, 0, SIZE, SIZE);
    const pixels = new Uint8Array(SIZE * SIZE);
    for (let index = 0; index < pixels.length; index++) pixels[index] = data[4 * index];
    model.set("pixels", new DataView(pixels.buffer));
    model.save_changes();
  };
  const sendSoon = (): void => {
    timer ??= setTimeout(send, SEND_EVERY_MS);
  };
  const place = (event: PointerEvent): [number, number] => {
    const box = ink.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE];
  };

  clear();
  Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "white" });
  let last: [number, number] | undefined;
  const draw = (event: PointerEvent): void => {
    if (last === undefined) return;
    pen.beginPath();
    pen.moveTo(...last);
    last = place(event);
    pen.lineTo(...last);
    pen.stroke();
    sendSoon();
  };
  ink.addEventListener("pointerdown", (event) => {
    ink.setPointerCapture(event.pointerId);
    last = place(event);
    draw(event);
  });
  ink.addEventListener("pointermove", draw);
  for (const end of ["pointerup", "pointercancel"]) ink.addEventListener(end, () => (last = undefined));
  el.querySelector("button")?.addEventListener("click", () => {
    clear();
    send();
  });

  const show = (): void => {
    const bytes = model.get("digit");
    const context = digit.getContext("2d") as CanvasRenderingContext2D;
    const image = context.createImageData(DIGIT, DIGIT);
    for (let index = 0; index < DIGIT * DIGIT; index++) {
      const grey = bytes !== null && index < bytes.byteLength ? bytes.getUint8(index) : 0;
      image.data.set([grey, grey, grey, 255], 4 * index);
    }
    context.putImageData(image, 0, 0);
    const probabilities = model.get("probabilities");
    const best = probabilities.indexOf(Math.max(...probabilities));
    bars.innerHTML = probabilities
      .map((probability, label) => {
        const percent = (100 * probability).toFixed(1);
        const kind = label === best ? ' class="cnn-best"' : "";
        return `<li${kind}><b>${label}</b><i><s style="width:${percent}%"></s></i><span>${percent} %</span></li>`;
      })
      .join("");
  };
  model.on("change:digit", show);
  model.on("change:probabilities", show);
  show();
}

export default { render };
