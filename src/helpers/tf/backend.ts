import { loadNativeTensorFlow } from "./native";

const reason = loadNativeTensorFlow();
if (reason !== undefined) console.log(reason);
