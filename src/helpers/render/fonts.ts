import path from "node:path";
import { GlobalFonts } from "@napi-rs/canvas";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";

/**
 * The fonts of every picture and static figure. They come from npm packages, so that a picture looks the same on every
 * machine, even where no fonts are installed. DejaVu Sans has Latin, Greek, Cyrillic and mathematics; Nanum Gothic adds
 * Korean (Hangul).
 */
const dejavu = path.join(path.dirname(require.resolve("dejavu-fonts-ttf/package.json")), "ttf");
const nanumGothic = path.dirname(require.resolve("@expo-google-fonts/nanum-gothic/package.json"));

const FONT_FILES: readonly { readonly family: string; readonly file: string }[] = [
  { family: "DejaVu Sans", file: path.join(dejavu, "DejaVuSans.ttf") },
  { family: "DejaVu Sans", file: path.join(dejavu, "DejaVuSans-Bold.ttf") },
  { family: "DejaVu Sans", file: path.join(dejavu, "DejaVuSans-Oblique.ttf") },
  { family: "DejaVu Sans Mono", file: path.join(dejavu, "DejaVuSansMono.ttf") },
  { family: "Nanum Gothic", file: path.join(nanumGothic, "400Regular", "NanumGothic_400Regular.ttf") },
  { family: "Nanum Gothic", file: path.join(nanumGothic, "700Bold", "NanumGothic_700Bold.ttf") },
];

/** The paths of the font files, for renderers that read them. */
export const fontFiles: readonly string[] = FONT_FILES.map(({ file }) => file);

/** The CSS font family of figures: the packaged fonts, then the reader's own. */
export const FONT_FAMILY = "DejaVu Sans, Nanum Gothic, sans-serif";

/** The CSS font family for a canvas: only the packaged fonts. */
export const CANVAS_FONT_FAMILY = '"DejaVu Sans", "Nanum Gothic"';

/** Registers the fonts with the canvas package. Only the first call does anything. */
export function registerFonts(): void {
  sharedAcrossReloads("fonts-registered", () => {
    for (const { family, file } of FONT_FILES) GlobalFonts.registerFromPath(file, family);
    return FONT_FILES;
  });
}
