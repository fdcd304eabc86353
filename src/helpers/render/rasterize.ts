import { Resvg } from "@resvg/resvg-js";
import { fontFiles } from "./fonts";
import { encodePng } from "./png";

/** Draws SVG as PNG bytes in the packaged fonts, on white. */
export function rasterize(svg: string): Uint8Array {
  // resvg does not follow a quoted reference; a colour bar would be black.
  const readable = svg.replace(/url\((?:&quot;|"|')(#[^)"'&]+)(?:&quot;|"|')\)/g, "url($1)");
  const image = new Resvg(readable, {
    font: {
      loadSystemFonts: false,
      fontFiles: [...fontFiles],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
    background: "white",
  });
  const { pixels, width, height } = image.render();
  return encodePng(pixels, width, height);
}
