/** Finds, verifies and reads MNIST and other datasets in its format. */
export { parseIdx } from "./idx";
export type { ByteTensor, Images, Labels } from "./idx";
export { MNIST, FASHION_MNIST } from "./datasets";
export type { Dataset, FileRole } from "./datasets";
export { loadData, checkDataFiles } from "./load";
export type { ImagesAndLabels, DataFileCheck } from "./load";
export { toMnistImage } from "./to-mnist-image";
