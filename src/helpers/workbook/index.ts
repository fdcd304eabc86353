/** What the notebooks of this series share: their parameters, the runs they save, the article's run. */
export { articleRun, type ArticleRun } from "./article-run";
export { readParameters, type Parameters } from "./parameters";
export { loadRun, saveRun, type Run } from "./runs";
