/** What this series' notebooks share: their parameters, their saved runs, and the article's run. */
export { articleRun, type ArticleRun } from "./article-run";
export { readParameters, type Parameters } from "./parameters";
export { loadRun, saveRun, type SavedRun } from "./runs";
