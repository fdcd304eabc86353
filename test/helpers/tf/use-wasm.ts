// Imported before the helpers: the backend is chosen when they load. Test files run in a process each.
process.env.TFJS_BACKEND = "wasm";
