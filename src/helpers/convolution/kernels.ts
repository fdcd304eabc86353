/** Kernels that image processing has known by name for decades, as `[rows][columns]`. */
export const KERNELS = {
  identity: [
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ],
  /** The mean of the neighbourhood. */
  blur: [
    [1 / 9, 1 / 9, 1 / 9],
    [1 / 9, 1 / 9, 1 / 9],
    [1 / 9, 1 / 9, 1 / 9],
  ],
  sharpen: [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ],
  /** Laplacian with diagonals: the difference to the neighbourhood, in any direction. */
  edges: [
    [-1, -1, -1],
    [-1, 8, -1],
    [-1, -1, -1],
  ],
  /** Sobel: brighter to the right. Answers to vertical edges. */
  verticalEdges: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
  /** Sobel: brighter below. Answers to horizontal edges. */
  horizontalEdges: [
    [-1, -2, -1],
    [0, 0, 0],
    [1, 2, 1],
  ],
} satisfies Record<string, number[][]>;
