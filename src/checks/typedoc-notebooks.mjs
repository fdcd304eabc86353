// @ts-check
import { Converter } from "typedoc";

/**
 * A TypeDoc plugin: a doc comment's `@see notebooks/02-convolution.ipynb` becomes a link to the notebook's page, which
 * src/checks/docs.ts puts beside the API pages.
 *
 * @param {import("typedoc").Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const { comment } of Object.values(project.reflections)) {
      for (const { tag, content } of comment?.blockTags ?? []) {
        if (tag !== "@see") continue;
        for (const part of content) {
          part.text = part.text.replace(/\bnotebooks\/([\w-]+)\.ipynb/g, "[notebooks/$1](../notebooks/$1.html)");
        }
      }
    }
  });
}
