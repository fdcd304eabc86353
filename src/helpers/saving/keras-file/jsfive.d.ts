declare module "jsfive" {
  /** A group of an HDF5 file. */
  export interface Group {
    readonly keys: string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    /** @throws if there is nothing of this name */
    get(path: string): Group | Dataset;
  }
  /** An array of an HDF5 file. */
  export interface Dataset {
    readonly shape: number[];
    readonly dtype: string;
    readonly value: ArrayLike<number>;
  }
  export const File: new (content: ArrayBuffer, name: string) => Group;
}
