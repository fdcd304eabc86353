export { runNotebooks } from "./command";
export { typecheckNotebooks } from "./typecheck";
