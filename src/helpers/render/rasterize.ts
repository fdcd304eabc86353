import { Resvg } from "@resvg/resvg-js";
import { fontFiles } from "./fonts";
import { encodePng } from "./png";

/** Opaque pixels: red, green, blue and alpha of each, row by row. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws SVG on white, with the packaged fonts.
 *
 * @param zoom image pixels for one unit of the SVG
 */
export function svgPixels(svg: string, zoom = 1): Pixels {
  // resvg doesn't follow a quoted reference: without this, a colour bar would be black.
  const readable = svg.replace(/url\((?:&quot;|"|')(#[^)"'&]+)(?:&quot;|"|')\)/g, "url($1)");
  const image = new Resvg(readable, {
    font: {
      loadSystemFonts: false,
      fontFiles: [...fontFiles],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
    fitTo: { mode: "zoom", value: zoom },
    background: "white",
  });
  const { pixels, width, height } = image.render();
  return { data: pixels, width, height };
}

/** Draws SVG as a PNG file, like {@link svgPixels}. */
export function svgToPng(svg: string, zoom = 1): Uint8Array {
  const { data, width, height } = svgPixels(svg, zoom);
  return encodePng(data, width, height);
}
