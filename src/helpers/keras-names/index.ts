/** Keras's names in tfjs's own `compile`, and errors about data that say what to do. */
import { understandKerasNames } from "./compile";

understandKerasNames();
