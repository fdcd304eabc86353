import { runSeries } from "./series";
import { installUnmodifiedTslab } from "./workspace";

/* The notebooks are plain tslab notebooks: this project's kernel makes them better, never possible. */
runSeries(installUnmodifiedTslab(), { solutions: false });
