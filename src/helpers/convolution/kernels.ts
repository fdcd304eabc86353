/** Well-known kernels of image processing, as `[rows][columns]`. */
export const KERNELS = {
  identity: [
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ],
  /** Box blur: the mean of the neighbourhood. */
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
  /** Laplacian with diagonals: how much a pixel differs from its neighbours, in any direction. */
  edges: [
    [-1, -1, -1],
    [-1, 8, -1],
    [-1, -1, -1],
  ],
  /** Sobel: finds vertical edges; positive where it gets brighter to the right. */
  verticalEdges: [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ],
  /** Sobel: finds horizontal edges; positive where it gets brighter downwards. */
  horizontalEdges: [
    [-1, -2, -1],
    [0, 0, 0],
    [1, 2, 1],
  ],
} satisfies Record<string, number[][]>;
