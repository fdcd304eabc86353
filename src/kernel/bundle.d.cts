/** Bundles the sources into `folder`; returns the packages' modules that the bundles import. */
export function bundleInto(folder: string): string[];
