export { runNotebooks } from "./run-command";
export { typecheckNotebooks } from "./typecheck";
