/**
 * Training as fast as the machine can: tfjs's own step, traced and run as one TensorFlow graph.
 *
 * A training step in tfjs-node is about 250 calls from JavaScript into TensorFlow, one per op. As one graph the same
 * ops take about a quarter of the time: TensorFlow then fuses, reorders and reuses memory. Python's TensorFlow calls
 * this `tf.function`.
 *
 * For a loop of your own, `compiled(fn)`. For a model:
 *
 *     const step = CompiledModel.of(model);               // after model.compile(…)
 *     const { loss, acc } = step.trainOnBatch(x, y);      // like model.trainOnBatch, by name, synchronously
 *     const logs = step.trainOnRows(x, y, batches);       // several steps, on rows of whole tensors
 *     const { loss, acc } = step.testOnBatch(x, y);       // one batch of model.evaluate
 *     const [output] = step.predictOnBatch(x);            // like model.predictOnBatch
 *     step.recheck();                                     // compares the graphs with the next step, run as tfjs would
 *     step.fallbackReason                                 // why it runs op by op instead, or undefined
 *     step.dispose();                                     // unloads the graphs; so does model.dispose()
 *
 * What you can rely on:
 * - After every call the model's weights and the optimizer's state *are* the trained ones: `getWeights`, `setWeights`,
 *   `save`, `evaluate`, `predict` work between any two steps, and nothing has to be written back.
 * - The first three calls for a batch shape run op by op (they are traced); a short last batch is another shape.
 * - A changed learning rate is followed. A model that is compiled again, other optimizer settings, an optimizer whose
 *   weights were set and changed fields of layers (`trainable`, `dropout.rate`, your own) are noticed at the next step.
 * - Variables of your program that your own loss, metric or layer reads are not noticed by themselves: call `recheck()`
 *   after changing one. `fit` does that after callbacks and between epochs.
 * - What can't be a graph runs the way tfjs runs it, with the same results; `fallbackReason` says why.
 * - The calls are synchronous. A loop over them should yield now and then (`await tf.nextFrame()`), or nothing else in
 *   the process gets its turn, not even a stop button.
 */
import { installKernels } from "./op-kernels";

installKernels();

export { compiled, type Compiled, type TensorResult } from "./compiled";
export { CompiledModel, type StepOptions } from "./compiled-model";
export { setRandomSeed } from "./set-random-seed";
