/** A line that shows how far a notebook has come. */
export interface ProgressLine {
  /** Call before each cell; `cell` counts from 1. */
  readonly cell: (cell: number, of: number) => void;
  /** Ends the display: `text` replaces the line on a terminal. */
  readonly end: (text: string) => void;
}

const REDRAW_MS = 1_000;
const PLAIN_LINE_MS = 30_000;

/**
 * On a terminal, one line that is rewritten at each cell and each second. Elsewhere, for example in a log, one line
 * every half minute and one at the end.
 */
export function progressLine(name: string, stream: NodeJS.WriteStream = process.stdout): ProgressLine {
  const start = Date.now();
  let text = `${name}  starting the kernel`;
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(0)} s`;
  const draw = () => stream.write(stream.isTTY ? `\r\x1b[2K${text}, ${seconds()}` : `${text}, ${seconds()}\n`);
  if (stream.isTTY) draw();
  const timer = setInterval(draw, stream.isTTY ? REDRAW_MS : PLAIN_LINE_MS);
  return {
    cell(cell, of) {
      text = `${name}  cell ${cell} of ${of}`;
      if (stream.isTTY) draw();
    },
    end(last) {
      clearInterval(timer);
      stream.write(stream.isTTY ? `\r\x1b[2K${last}\n` : `${last}\n`);
    },
  };
}
