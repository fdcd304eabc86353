import fs from "node:fs";
import path from "node:path";
import { DATA } from "../../shared/paths";
import type { History } from "../history/history";
import { displayedHistory } from "../show/history-view";

/** A run of the article's 100 epochs. */
export interface ArticleRun {
  readonly history: History;
  /** The loss and accuracy on the 10,000 test images after the last epoch. */
  readonly test: { readonly loss: number; readonly accuracy: number };
}

/**
 * Reads the article's training run, 100 epochs on 60,000 images. `data/README.md` explains how it was made.
 *
 * @see notebooks/10-plots.ipynb
 * @example await show(historyFigure(articleRun().history));
 */
export function articleRun(): ArticleRun {
  const file = path.join(DATA, "article-run.json");
  const { history, test } = JSON.parse(fs.readFileSync(file, "utf8")) as ArticleRun;
  return { history: displayedHistory(history), test };
}
