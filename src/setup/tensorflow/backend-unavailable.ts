/** One way to install native TensorFlow doesn't work on this machine; the next one is tried. */
export class BackendUnavailable extends Error {
  constructor(
    readonly why: string,
    readonly remedy: string,
  ) {
    super(why);
    this.name = "BackendUnavailable";
  }
}
