export type { History } from "./history";
