/** Small drawn images, as bytes and as floats, that are the same in every run. */
import type { ShapedNumbers } from "../../../src/helpers/display";

/** A ring of `size` × `size` pixels whose gap tells one from the next: 0 background, 255 ink. */
export function ring(size: number, turn: number): number[] {
  const middle = (size - 1) / 2;
  return Array.from({ length: size * size }, (_, index) => {
    const [x, y] = [(index % size) - middle, Math.floor(index / size) - middle];
    const distance = Math.abs(Math.hypot(x, y) - size * 0.3);
    const gap = Math.cos(Math.atan2(y, x) - turn) > 0.8;
    return gap ? 0 : Math.round(255 * Math.max(0, 1 - distance / 2));
  });
}

/** Bytes of shape `[count, size, size]`. */
export function rings(count: number, size = 28): ShapedNumbers {
  const data = Uint8Array.from(Array.from({ length: count }, (_, index) => ring(size, index)).flat());
  return { data, shape: [count, size, size] };
}

/** Waves from -amplitude to amplitude. */
export function waves(shape: readonly number[], amplitude: number): ShapedNumbers {
  const size = shape.reduce((product, length) => product * length, 1);
  return { data: Float32Array.from({ length: size }, (_, index) => amplitude * Math.sin(index * 0.7)), shape };
}
