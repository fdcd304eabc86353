/** Why a version of Node (such as "20.20.2") can't run the workbook, and what to do; `undefined` if it can. */
export function unsupportedNode(version: string): string | undefined;
/** Why a platform (`process.platform`) can't run the workbook, and what to do; `undefined` if it can. */
export function unsupportedPlatform(platform: string): string | undefined;
