/** Why this version of Node (such as "20.20.2") cannot run the workbook, with the remedy; `undefined` if it can. */
export function unsupportedNode(version: string): string | undefined;
/** Why this platform (`process.platform`) cannot run the workbook, with the remedy; `undefined` if it can. */
export function unsupportedPlatform(platform: string): string | undefined;
