/**
 * The rate, in GFLOP/s, at which TensorFlow multiplies matrices on this machine: the upper bound for every contestant.
 */
import * as tf from "../../src/helpers/tf";
import { median } from "../statistics";

const SIZE = 2048;
const [a, b] = [tf.randomNormal([SIZE, SIZE]), tf.randomNormal([SIZE, SIZE])];
const rates = Array.from({ length: 20 }, () => {
  const start = performance.now();
  tf.dispose(tf.matMul(a, b));
  return (2 * SIZE ** 3) / (performance.now() - start) / 1e6;
});
console.log(JSON.stringify({ median: median(rates), best: Math.max(...rates) }));
