/** A line that says how far a notebook is. */
export interface ProgressLine {
  /** Before each cell, from 1. */
  cell(cell: number, of: number): void;
  /** The last word: replaces the line on a terminal. */
  end(text: string): void;
}

const REDRAW = 1_000;
const PLAIN_LINE_EVERY = 30_000;

/**
 * On a terminal one line, written anew at each cell and each second; elsewhere, such as in a log, the end's line and one
 * each half minute.
 */
export function progressLine(name: string, stream: NodeJS.WriteStream = process.stdout): ProgressLine {
  const start = Date.now();
  let text = `${name}  starting the kernel`;
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(0)} s`;
  const draw = () => stream.write(stream.isTTY ? `\r\x1b[2K${text}, ${seconds()}` : `${text}, ${seconds()}\n`);
  if (stream.isTTY) draw();
  const timer = setInterval(draw, stream.isTTY ? REDRAW : PLAIN_LINE_EVERY);
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
