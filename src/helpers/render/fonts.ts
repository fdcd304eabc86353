import path from "node:path";
import { GlobalFonts } from "@napi-rs/canvas";

/**
 * The fonts that every picture and static figure is drawn with. They come from packages, so that a picture looks
 * the same on every machine, also where no font is installed. DejaVu Sans has Latin, Greek, Cyrillic and mathematics;
 * Nanum Gothic adds Korean (Hangul).
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

/** Paths of the font files, for a renderer that reads them itself. */
export const fontFiles: readonly string[] = FONT_FILES.map(({ file }) => file);

/** CSS font family of figures: the packaged fonts, then whatever the reader's browser has. */
export const FONT_FAMILY = "DejaVu Sans, Nanum Gothic, sans-serif";

/** CSS font family for a canvas: packaged fonts only. */
export const CANVAS_FONT_FAMILY = '"DejaVu Sans", "Nanum Gothic"';

const registeredKey = Symbol.for("cnn-helpers.fonts-registered");
const registry = globalThis as { [registeredKey]?: boolean };

/** Makes the fonts known to the canvas package; a second call does nothing. */
export function registerFonts(): void {
  if (registry[registeredKey]) return;
  for (const { family, file } of FONT_FILES) GlobalFonts.registerFromPath(file, family);
  registry[registeredKey] = true;
}
