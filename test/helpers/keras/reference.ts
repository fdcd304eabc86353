import fs from "node:fs";
import path from "node:path";

/** What Keras itself did; `reference.py` wrote it. */
export interface Reference {
  readonly series: Record<string, (number | null)[]>;
  readonly callbacks: {
    readonly callback: "EarlyStopping" | "ReduceLROnPlateau";
    readonly options: object;
    readonly series: string;
    readonly epochs: number;
    readonly weight: number;
    readonly rates: number[];
  }[];
  readonly csv: string;
  readonly checkpoints: { readonly options: object; readonly series: string; readonly saved: number[] }[];
  readonly optimizers: {
    readonly optimizer: "AdamW" | "Nadam";
    readonly options: Record<string, number>;
    readonly steps: number[][];
  }[];
  readonly schedules: { readonly options: Record<string, number>; readonly rates: number[] }[];
  readonly metrics: {
    readonly data: Record<string, { readonly truth: number[][]; readonly predicted: number[][] }>;
    readonly results: {
      readonly metric: string;
      readonly name: string;
      readonly options: Record<string, number | string>;
      readonly data: string;
      readonly values: number[];
    }[];
  };
}

export const reference = JSON.parse(fs.readFileSync(path.join(__dirname, "reference.json"), "utf8")) as Reference;
