/** One way to native TensorFlow cannot be gone here; the next one is tried. */
export class WayClosed extends Error {
  constructor(
    readonly why: string,
    readonly remedy: string,
  ) {
    super(why);
    this.name = "WayClosed";
  }
}
