import fs from "node:fs";
import path from "node:path";
import { DATA } from "../../shared/paths";
import type { History } from "../history/history";
import { displayedHistory } from "../show/history-view";

/** One run of the article's 100 epochs. */
export interface ArticleRun {
  readonly history: History;
  /** Loss and accuracy on the 10,000 test images after the last epoch. */
  readonly test: { readonly loss: number; readonly accuracy: number };
}

/** The article's training, 100 epochs on 60,000 images, as `data/article-run.json` keeps it (`data/README.md` says how it was made). */
export function articleRun(): ArticleRun {
  const file = path.join(DATA, "article-run.json");
  const { history, test } = JSON.parse(fs.readFileSync(file, "utf8")) as ArticleRun;
  return { history: displayedHistory(history), test };
}
