/** Pictures of images, kernels and feature maps, as PNG. */
export { Picture } from "./picture";
export type { ImageSource } from "./pixels";
export { imagePicture, type ImageOptions } from "./images";
export { digitGrid, type DigitGridOptions } from "./digits";
export { featureMapPicture, kernelPicture, type LayerPictureOptions } from "./layers";
export { pixelNumbersPicture, type PixelNumbersOptions } from "./pixel-numbers";
export { sideBySide } from "./side-by-side";
