export * from "./table-view";
export * from "./history";
export * from "./layers";
export * from "./classification";
export * from "./predictions";
export * from "./runs";
