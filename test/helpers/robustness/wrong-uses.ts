/** Wrong uses of the public helpers. Each must fail with an error that says what to do. */
import * as helpers from "../../../src/helpers";
import type { Subjects } from "./subjects";

/** A call that can't work. `wrong` stands in for values that TypeScript would refuse. */
export type WrongUse = (subjects: Subjects) => unknown;

const wrong = <T>(value: T): never => value as never;
const images = (count: number, rows = 28, columns = 28) => ({
  data: new Uint8Array(count * rows * columns),
  shape: [count, rows, columns] as const,
});
const history = { epoch: [0, 1], history: { loss: [1, 0.5] } };
/** The model trains on inputs of shape [3] and three classes. */
const batches = (xs: helpers.tf.Tensor, ys: helpers.tf.Tensor) => helpers.fromTensorSlices([xs, ys]).batch(4);

export const WRONG_USES: Readonly<Record<string, WrongUse>> = {
  // Preprocessing
  "scale: nothing": () => helpers.scale(wrong(undefined)),
  "scale: an array": () => helpers.scale(wrong([1, 2, 3])),
  "scale: a tensor": ({ xs }) => helpers.scale(wrong(xs)),
  "scale: more bytes than the shape": () => helpers.scale({ data: new Uint8Array(5), shape: [1, 2, 2] }),
  "scale: fewer bytes than the shape": () => helpers.scale({ data: new Uint8Array(3), shape: [1, 2, 2] }),
  "scale: labels": () => helpers.scale(wrong({ data: new Uint8Array(3), shape: [3] })),
  "scale: a negative size": () => helpers.scale({ data: new Uint8Array(4), shape: [-1, 2, -2] }),
  "scale: a fractional size": () => helpers.scale({ data: new Uint8Array(3), shape: [1, 1.5, 2] }),
  "addChannelAxis: nothing": () => helpers.addChannelAxis(wrong(undefined)),
  "addChannelAxis: images, not scaled": () => helpers.addChannelAxis(wrong(images(1))),
  "addChannelAxis: two axes": ({ xs }) => helpers.addChannelAxis(wrong(xs)),
  "addChannelAxis: a channel axis already": ({ pictures }) => helpers.addChannelAxis(wrong(pictures)),
  "addChannelAxis: disposed": ({ disposed }) => helpers.addChannelAxis(wrong(disposed.reshaped)),
  "toCategorical: nothing": () => helpers.toCategorical(wrong(undefined)),
  "toCategorical: no labels": () => helpers.toCategorical([]),
  "toCategorical: a negative label": () => helpers.toCategorical([0, -1]),
  "toCategorical: a fraction": () => helpers.toCategorical([0.5]),
  "toCategorical: NaN": () => helpers.toCategorical([NaN]),
  "toCategorical: a label out of range": () => helpers.toCategorical([3], 3),
  "toCategorical: no classes": () => helpers.toCategorical([0], 0),
  "toCategorical: half a class": () => helpers.toCategorical([0], 2.5),
  "toCategorical: names": () => helpers.toCategorical(wrong(["cat", "dog"])),
  "toCategorical: one-hot rows": () => helpers.toCategorical(wrong([[0, 1]])),
  "toCategorical: images": () => helpers.toCategorical(wrong(images(2, 2, 2))),
  "toCategorical: a tensor": ({ ys }) => helpers.toCategorical(wrong(ys)),
  "toCategorical: a label that makes a huge table": () => helpers.toCategorical([0, 4e9]),

  // Datasets
  "fromTensorSlices: nothing": () => helpers.fromTensorSlices(wrong(undefined)),
  "fromTensorSlices: inputs alone": ({ xs }) => helpers.fromTensorSlices(wrong([xs])),
  "fromTensorSlices: arrays": () => helpers.fromTensorSlices(wrong([[1], [2]])),
  "fromTensorSlices: scalars": ({ scalar }) => helpers.fromTensorSlices([scalar, scalar]),
  "fromTensorSlices: no pairs": ({ empty }) => helpers.fromTensorSlices([empty, empty]),
  "fromTensorSlices: more inputs than targets": ({ xs, fewer }) => helpers.fromTensorSlices([xs, fewer]),
  "fromTensorSlices: disposed": ({ xs, disposed }) => helpers.fromTensorSlices([xs, disposed.ys]),
  "shuffle: no buffer": ({ slices }) => slices.shuffle(0),
  "shuffle: half a pair": ({ slices }) => slices.shuffle(1.5),
  "shuffle: NaN": ({ slices }) => slices.shuffle(NaN),
  "shuffle: twice": ({ slices }) => slices.shuffle(4).shuffle(4),
  "batch: 0": ({ slices }) => slices.batch(0),
  "batch: -1": ({ slices }) => slices.batch(-1),
  "batch: 1.5": ({ slices }) => slices.batch(1.5),
  "batch: NaN": ({ slices }) => slices.batch(NaN),
  "batch: a text": ({ slices }) => slices.batch(wrong("32")),
  "batch: larger than the set, without the remainder": ({ slices }) =>
    slices.batch(slices.size + 1, { dropRemainder: true }),
  "batch: disposed since": async ({ disposed }) => {
    for (const _ of disposed.dataset.indices()) throw new Error("an epoch of disposed tensors");
  },
  "fromGenerator: half a batch": () => helpers.fromGenerator(0.5, function* () {}),
  "fromGenerator: no batches": () => helpers.fromGenerator(0, function* () {}),
  "fromGenerator: a negative size": () => helpers.fromGenerator(-1, function* () {}),
  "fromGenerator: NaN batches": () => helpers.fromGenerator(NaN, function* () {}),
  "fromGenerator: no generator": () => helpers.fromGenerator(1, wrong(undefined)),
  "fromGenerator: an array instead": () => helpers.fromGenerator(1, wrong([])),

  // Training
  "fit: no model": ({ dataset }) => helpers.fit(wrong(undefined), dataset, { epochs: 1, verbose: 0 }),
  "fit: not compiled": ({ uncompiled, dataset }) => helpers.fit(uncompiled, dataset, { epochs: 1, verbose: 0 }),
  "fit: no dataset": ({ model }) => helpers.fit(model, wrong(undefined), { epochs: 1, verbose: 0 }),
  "fit: no options": ({ model, dataset }) => helpers.fit(model, dataset, wrong(undefined)),
  "fit: no epochs": ({ model, dataset }) => helpers.fit(model, dataset, { epochs: 0, verbose: 0 }),
  "fit: half an epoch": ({ model, dataset }) => helpers.fit(model, dataset, { epochs: 0.5, verbose: 0 }),
  "fit: NaN epochs": ({ model, dataset }) => helpers.fit(model, dataset, { epochs: NaN, verbose: 0 }),
  "fit: endless": ({ model, dataset }) => helpers.fit(model, dataset, { epochs: Infinity, verbose: 0 }),
  "fit: disposed data": ({ model, disposed }) => helpers.fit(model, disposed.dataset, { epochs: 1, verbose: 0 }),
  "fit: a disposed model": ({ disposed, dataset }) => helpers.fit(disposed.model, dataset, { epochs: 1, verbose: 0 }),
  "fit: inputs of another width": ({ model, wide, ys }) =>
    helpers.fit(model, batches(wide, ys), { epochs: 1, verbose: 0 }),
  "fit: class numbers where rows belong": ({ model, xs, classes }) =>
    helpers.fit(model, batches(xs, classes), { epochs: 1, verbose: 0 }),
  "fit: too few columns": ({ model, xs, fewColumns }) =>
    helpers.fit(model, batches(xs, fewColumns), { epochs: 1, verbose: 0 }),
  "evaluate: inputs of another width": ({ model, wide, ys }) => helpers.evaluate(model, batches(wide, ys)),
  "evaluate: class numbers where rows belong": ({ model, xs, classes }) =>
    helpers.evaluate(model, batches(xs, classes)),
  "saveModel: no model": () => helpers.saveModel(wrong(undefined), "build/test/none"),
  "saveModel: a file in the way": ({ model }) => helpers.saveModel(model, "package.json"),
  "loadModel: nothing there": () => helpers.loadModel("build/no-such-model"),
  "loadModel: no path": () => helpers.loadModel(wrong(undefined)),
  "EarlyStopping: a negative patience": () => new helpers.EarlyStopping({ patience: -1 }),
  "EarlyStopping: half a patience": () => new helpers.EarlyStopping({ patience: 0.5 }),
  "ReduceLROnPlateau: a factor that raises": () => new helpers.ReduceLROnPlateau({ factor: 2 }),
  "ModelCheckpoint: after 0 batches": () => new helpers.ModelCheckpoint("build/test/none", { saveFreq: 0 }),
  "fit: a generator that gives up early": ({ model }) =>
    helpers.fit(
      model,
      helpers.fromGenerator(2, function* () {}),
      { epochs: 1, verbose: 0 },
    ),
  "fit: a generator of numbers": ({ model }) =>
    helpers.fit(
      model,
      helpers.fromGenerator(
        1,
        wrong(function* () {
          yield 1;
        }),
      ),
      { epochs: 1, verbose: 0 },
    ),
  "evaluate: no model": ({ dataset }) => helpers.evaluate(wrong(undefined), dataset),
  "evaluate: not compiled": ({ uncompiled, dataset }) => helpers.evaluate(uncompiled, dataset),
  "evaluate: no dataset": ({ model }) => helpers.evaluate(model, wrong(undefined)),
  "evaluate: disposed data": ({ model, disposed }) => helpers.evaluate(model, disposed.dataset),
  "compiled: no function": () => helpers.compiled(wrong(undefined)),
  "compiled: an async function": ({ xs }) => helpers.compiled(wrong(async () => xs))(),
  "compiled: nothing returned": () => helpers.compiled(wrong(() => undefined))(),
  "compiled: a number returned": () => helpers.compiled(wrong(() => 1))(),

  // Models
  "buildModel: a fractional seed": () => helpers.buildModel({ seed: 0.5 }),
  "buildModel: NaN as seed": () => helpers.buildModel({ seed: NaN }),
  "layerRows: nothing": () => helpers.layerRows(wrong(undefined)),
  "layerTable: no layers": () => helpers.layerTable([]),

  // Saved runs
  "saveRun: a name that leaves the folder": ({ model }) => helpers.saveRun("../elsewhere", { model, history }),
  "saveRun: an empty name": ({ model }) => helpers.saveRun("", { model, history }),
  "saveRun: no model": () => helpers.saveRun("wrong-use", wrong({ history })),
  "saveRun: no history": ({ model }) => helpers.saveRun("wrong-use", wrong({ model })),
  "loadRun: a name that leaves the folder": () => helpers.loadRun("../../etc"),
  "readParameters: half an epoch": () => helpers.readParameters({ EPOCHS: "1.5" }),
  "readParameters: no epochs": () => helpers.readParameters({ EPOCHS: "0" }),
  "readParameters: a word": () => helpers.readParameters({ BATCH_SIZE: "many" }),
  "readParameters: a negative rate": () => helpers.readParameters({ LEARNING_RATE: "-0.1" }),
  "readParameters: an endless rate": () => helpers.readParameters({ LEARNING_RATE: "Infinity" }),

  // Plain arithmetic
  "conv2d: no picture": () => helpers.conv2d(wrong(undefined), [[1]]),
  "conv2d: an empty picture": () => helpers.conv2d([], [[1]]),
  "conv2d: ragged rows": () => helpers.conv2d([[1, 2], [3]], [[1]]),
  "conv2d: an empty kernel": () => helpers.conv2d([[1]], []),
  "conv2d: a kernel larger than the picture": () => helpers.conv2d([[1]], [[1, 1], [1, 1]]), // prettier-ignore
  "conv2d: a stride of 0": () => helpers.conv2d([[1]], [[1]], { strides: 0 }),
  "conv2d: a padding of its own": () => helpers.conv2d([[1]], [[1]], { padding: wrong("full") }),
  "conv2d: stride and dilation": () => helpers.conv2d([[1]], [[1]], { strides: 2, dilationRate: 2 }),
  "conv2d: kernels for other channels": () => helpers.conv2d([[[1, 2]]], [[[[1]]]]),
  "maxPool2d: a window of 0": () => helpers.maxPool2d([[1]], 0),
  "maxPool2d: a window larger than the picture": () => helpers.maxPool2d([[1]], 2),
  "avgPool2d: half a window": () => helpers.avgPool2d([[1]], 0.5),
  "outputSize: a negative picture": () => helpers.outputSize(-1, 3),
  "outputSize: half a kernel": () => helpers.outputSize(28, 2.5),
  "receptiveField: a picture of NaN": () => helpers.receptiveField(NaN, [{ name: "conv", kernelSize: 3 }]),
  "parameterCount: nothing": () => helpers.parameterCount(wrong(undefined)),
  "parameterCount: negative filters": () => helpers.parameterCount({ kernelSize: 3, inputChannels: 1, filters: -1 }),
  "parameterCount: half a unit": () => helpers.parameterCount({ inputs: 10, units: 0.5 }),

  // Pictures
  "imagePicture: nothing": () => helpers.imagePicture(wrong(undefined)),
  "imagePicture: no pixels": () => helpers.imagePicture([]),
  "imagePicture: a row": () => helpers.imagePicture(wrong([1, 2, 3])),
  "imagePicture: two channels": () => helpers.imagePicture([[[1, 2]], [[3, 4]]]),
  "imagePicture: ragged rows": () => helpers.imagePicture([[1, 2], [3]]),
  "imagePicture: disposed": ({ disposed }) => helpers.imagePicture(disposed.ys),
  "imagePicture: a range upside down": () => helpers.imagePicture([[1]], { range: [1, 0] }),
  "digitGrid: a single image": () => helpers.digitGrid([[1, 2]] as never),
  "digitGrid: no images": () => helpers.digitGrid(images(0)),
  "digitGrid: too few labels": () => helpers.digitGrid(images(2), { labels: [1] }),
  "digitGrid: no columns": () => helpers.digitGrid(images(2), { columns: 0 }),
  "digitGrid: half a digit": () => helpers.digitGrid(images(2), { count: 0.5 }),
  "kernelPicture: two axes": () => helpers.kernelPicture([[1]]),
  "kernelPicture: a channel that isn't there": () => helpers.kernelPicture([[[[1]]]], { channel: 1 }),
  "featureMapPicture: two axes": () => helpers.featureMapPicture([[1]]),
  "pixelNumbersPicture: three channels": () => helpers.pixelNumbersPicture([[[1, 2, 3]]]),
  "pixelNumbersPicture: too many digits": () => helpers.pixelNumbersPicture([[1]], { digits: 50 }),
  "sideBySide: no pictures": () => helpers.sideBySide([]),
  "sideBySide: too few titles": () =>
    helpers.sideBySide([helpers.imagePicture([[1]]), helpers.imagePicture([[2]])], { titles: ["one"] }),
  "sideBySide: arrays": () => helpers.sideBySide(wrong([[[1]]])),

  // Figures
  "barFigure: no bars": () => helpers.barFigure([]),
  "barFigure: nothing": () => helpers.barFigure(wrong(undefined)),
  "barFigure: too few labels": () => helpers.barFigure([1, 2], { labels: ["a"] }),
  "barFigure: disposed": ({ disposed }) => helpers.barFigure(disposed.ys),
  "probabilityFigure: logits": () => helpers.probabilityFigure([2.5, -1, 0]),
  "probabilityFigure: two rows": () => helpers.probabilityFigure([[0.5, 0.5], [1, 0]]), // prettier-ignore
  "comparisonFigure: no runs": () => helpers.comparisonFigure({}),
  "comparisonFigure: a run without the metric": () => helpers.comparisonFigure({ a: history }, { metric: "accuracy" }),
  "confusionMatrixFigure: not square": () => helpers.confusionMatrixFigure([[1, 2]]),
  "confusionMatrixFigure: half a count": () => helpers.confusionMatrixFigure([[0.5]]),
  "confusionMatrixFigure: negative counts": () => helpers.confusionMatrixFigure([[-1]]),
  "confusionMatrixFigure: NaN": () => helpers.confusionMatrixFigure([[NaN]]),
  "confusionMatrixFigure: too few labels": () => helpers.confusionMatrixFigure([[1]], { labels: [] }),
  "heatmapFigure: empty": () => helpers.heatmapFigure([]),
  "heatmapFigure: ragged rows": () => helpers.heatmapFigure([[1, 2], [3]]),
  "heatmapFigure: nothing": () => helpers.heatmapFigure(wrong(undefined)),
  "histogramFigure: nothing but NaN": () => helpers.histogramFigure([NaN]),
  "histogramFigure: no values": () => helpers.histogramFigure([]),
  "histogramFigure: no bins": () => helpers.histogramFigure([1, 2], { bins: 0 }),
  "histogramFigure: half a bin": () => helpers.histogramFigure([1, 2], { bins: 0.5 }),
  "historyFigure: nothing": () => helpers.historyFigure(wrong(undefined)),
  "historyFigure: no epochs": () => helpers.historyFigure({ epoch: [], history: {} }),
  "historyFigure: an unknown metric": () => helpers.historyFigure(history, { metrics: ["acc"] }),
  "historyFigure: a series cut short": () => helpers.historyFigure({ epoch: [0, 1], history: { loss: [1] } }),

  // Tables
  "confusionCounts: one-hot labels": () => helpers.confusionCounts([[0, 1]], [1]),
  "confusionCounts: one-hot predictions": ({ ys, classes }) => helpers.confusionCounts(classes, ys),
  "confusionCounts: too few predictions": () => helpers.confusionCounts([0, 1], [1]),
  "confusionCounts: a class out of range": () => helpers.confusionCounts([0, 3], [0, 1], 3),
  "confusionCounts: half a class": () => helpers.confusionCounts([0.5], [0]),
  "confusionCounts: NaN": () => helpers.confusionCounts([0], [NaN]),
  "confusionCounts: nothing": () => helpers.confusionCounts(wrong(undefined), [0]),
  "confusionCounts: a class that makes a huge table": () => helpers.confusionCounts([0], [1e9]),
  "classificationReport: not square": () => helpers.classificationReport([[1, 2]]),
  "classificationReport: nothing": () => helpers.classificationReport(wrong(undefined)),
  "predictionTable: logits": () => helpers.predictionTable([[2.5, -1]]),
  "predictionTable: one row": () => helpers.predictionTable([0.5, 0.5]),
  "predictionTable: NaN": () => helpers.predictionTable([[NaN, 0.5]]),
  "predictionTable: too few labels": () => helpers.predictionTable([[0.5, 0.5]], []),
  "tableView: no table": () => helpers.tableView(wrong(undefined)),
  "tableView: an array": () => helpers.tableView(wrong([{ a: 1 }])),
  "historyTable: no epochs": () => helpers.historyTable({ epoch: [], history: {} }),
  "historyTable: nothing": () => helpers.historyTable(wrong(undefined)),
  "runsTable: no runs": () => helpers.runsTable({}),

  // Explorers
  "convolutionPicture: an empty picture": () => helpers.convolutionPicture({ input: [], kernel: [[1]] }),
  "convolutionPicture: ragged rows": () => helpers.convolutionPicture({ input: [[1, 2], [3]], kernel: [[1]] }),
  "convolutionPicture: a cell outside": () => helpers.convolutionPicture({ input: [[1]], kernel: [[1]] }, [5, 5]),
  "convolutionAnimation: a kernel too large": () =>
    helpers.convolutionAnimation({ input: [[1]], kernel: [[1, 1], [1, 1]] }), // prettier-ignore
  "poolingPicture: no picture": () => helpers.poolingPicture(wrong({ poolSize: 2 })),
  "poolingPicture: a window of 0": () => helpers.poolingPicture({ input: [[1]], poolSize: 0 }),
  "convolutionExplorer: NaN": () => helpers.convolutionExplorer({ inputs: [{ name: "a", pixels: [[NaN]] }] }),
  "poolingExplorer: ragged rows": () => helpers.poolingExplorer({ inputs: [{ name: "a", pixels: [[1, 2], [3]] }] }),
};
