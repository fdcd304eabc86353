export { Picture } from "./picture";
export * from "./images";
export * from "./digits";
export * from "./layers";
export * from "./pixel-numbers";
export * from "./side-by-side";
