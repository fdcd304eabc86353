/** What a training run recorded. */
export { checkHistory, type History } from "./history";
