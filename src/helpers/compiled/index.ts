/**
 * Training as fast as the machine can: tfjs's own step, recorded once and run as one TensorFlow graph.
 *
 * A training step in tfjs-node is some three hundred calls from JavaScript into TensorFlow, one for each op. The
 * same ops written down as one graph run in a third of the time: TensorFlow then fuses, reorders and reuses memory.
 * Python's TensorFlow calls that `tf.function`.
 *
 * For a loop of one's own, `compiled(fn)`. For a model:
 *
 *     const step = CompiledModel.of(model);               // after model.compile(…)
 *     const { loss, acc } = step.trainOnBatch(x, y);      // as model.trainOnBatch, by name, at once
 *     const logs = step.trainOnRows(x, y, batches);       // several steps, on rows of whole tensors
 *     const { loss, acc } = step.testOnBatch(x, y);       // one batch of model.evaluate
 *     const [output] = step.predictOnBatch(x);            // as model.predictOnBatch
 *     step.obstacle                                       // why it runs op by op after all, or undefined
 *     step.dispose();                                     // unloads the graphs; model.dispose() does it as well
 *
 * What the caller may rely on:
 * - After every call the model's weights and the optimizer's state *are* the trained ones: `getWeights`, `setWeights`,
 *   `save`, `evaluate`, `predict` work between any two steps, and nothing has to be written back.
 * - The first three calls for a batch shape run op by op (they record); a short last batch is another shape.
 * - A changed learning rate is followed. A model compiled anew, layers frozen or unfrozen (and compiled, as Keras
 *   asks for), other optimizer settings or an optimizer whose weights were set are noticed and recorded anew.
 * - What cannot be a graph runs as tfjs runs it, with the same results; `obstacle` says why.
 * - The calls are synchronous. A loop over them should give way now and then (`await tf.nextFrame()`), or nothing
 *   else in the process, a stop button included, gets its turn.
 */
import { installKernels } from "./kernels";

installKernels();

export { compiled, type Compiled, type TensorResult } from "./function";
export { CompiledModel, type StepData } from "./model";
