import { UsageError } from "../../shared/usage-error";
import type { Images } from "./idx";

/** The width and height of MNIST's images. */
const SIZE = 28;
/** The box that a digit fills. */
const BOX = 20;

/**
 * Makes of a drawing what MNIST's authors made of theirs (LeCun, Cortes and Burges, yann.lecun.com/exdb/mnist): the
 * digit is scaled, without changing its proportions, until it fits into 20 × 20 pixels, and its centre of mass comes to
 * the middle of 28 × 28.
 *
 * @param drawing bytes of shape `[1, rows, columns]`, white on black
 * @returns one image of shape `[1, 28, 28]`, ready for `scale`; black if the drawing is
 * @throws UsageError if it isn't one image of at least 1 × 1
 * @see notebooks/11-evaluate.ipynb
 * @example const image = toMnistImage({ data: xTest.data.subarray(0, 784), shape: [1, 28, 28] });
 */
export function toMnistImage({ data, shape }: Images): Images {
  const [count, rows, columns] = shape;
  if (count !== 1 || rows < 1 || columns < 1 || data.length !== rows * columns) {
    throw new UsageError(
      `toMnistImage: expected one image [1, rows, columns] with its bytes, found [${shape.join(", ")}] with ` +
        `${data.length} bytes.`,
    );
  }
  const box = inkBox(data, rows, columns);
  const image = new Uint8Array(SIZE * SIZE);
  if (box !== undefined) centred(shrunk(data, columns, box), image);
  return { data: image, shape: [1, SIZE, SIZE] };
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The smallest box with all the ink. */
function inkBox(data: Uint8Array, rows: number, columns: number): Box | undefined {
  let [top, left, bottom, right] = [rows, columns, -1, -1];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (data[row * columns + column] === 0) continue;
      [top, bottom] = [Math.min(top, row), row];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  return bottom < 0 ? undefined : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** Rows of pixels from 0 to 255. */
interface Pixels {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** The box, scaled to fit: each pixel is the mean of the area that it covers. */
function shrunk(data: Uint8Array, stride: number, { top, left, height, width }: Box): Pixels {
  const scale = Math.max(height, width) / BOX;
  const rows = Math.max(1, Math.round(height / scale));
  const columns = Math.max(1, Math.round(width / scale));
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [fromRow, toRow] = [(row * height) / rows, ((row + 1) * height) / rows];
      const [fromColumn, toColumn] = [(column * width) / columns, ((column + 1) * width) / columns];
      let sum = 0;
      for (let y = Math.floor(fromRow); y < toRow; y++) {
        const partOfRow = Math.min(y + 1, toRow) - Math.max(y, fromRow);
        for (let x = Math.floor(fromColumn); x < toColumn; x++) {
          const part = Math.min(x + 1, toColumn) - Math.max(x, fromColumn);
          sum += data[(top + y) * stride + left + x] * partOfRow * part;
        }
      }
      values[row * columns + column] = sum / ((toRow - fromRow) * (toColumn - fromColumn));
    }
  }
  return { values, rows, columns };
}

/**
 * Draws pixels into `image` with their centre of mass at pixel 14, where it is in MNIST: from 13.5 to 14.5 in its first
 * 2,000 test images, if the first pixel is 0.
 */
function centred({ values, rows, columns }: Pixels, image: Uint8Array): void {
  let [mass, rowMoment, columnMoment] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      mass += value;
      rowMoment += value * row;
      columnMoment += value * column;
    }
  }
  // The box stays inside: ink at one end of a long stroke could pull it out.
  const start = (moment: number, length: number): number =>
    Math.max(0, Math.min(SIZE - length, Math.round(SIZE / 2 - moment / mass)));
  const [top, left] = [start(rowMoment, rows), start(columnMoment, columns)];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      image[(top + row) * SIZE + left + column] = Math.round(values[row * columns + column]);
    }
  }
}
