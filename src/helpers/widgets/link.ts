import { UsageError } from "../../shared/usage-error";
import { widgetTrait } from "./traits";
import { widgetClass, type Widget } from "./widget";

/** A widget and the name of one of its traits. */
export type TraitOf<W extends Widget = Widget> = readonly [widget: W, name: keyof W & string];

/**
 * Keeps a trait of two widgets the same: a change of one, wherever it was made, changes the other.
 *
 * @returns ends that
 * @throws UsageError when a widget has no such trait, or can't have the other's value
 * @example
 * const [slider, field] = [new widgets.IntSlider(), new widgets.IntText()];
 * widgets.link([slider, "value"], [field, "value"]);
 */
export function link<A extends Widget, B extends Widget>(first: TraitOf<A>, second: TraitOf<B>): () => void {
  set(second, first[0][first[1]]);
  const ends = [follow(first, second), follow(second, first)];
  return () => ends.forEach((end) => end());
}

/**
 * The same in one direction: the second follows the first.
 *
 * @example widgets.dlink([slider, "value"], [progress, "value"]);
 */
export function dlink<A extends Widget, B extends Widget>(source: TraitOf<A>, target: TraitOf<B>): () => void {
  set(target, source[0][source[1]]);
  return follow(source, target);
}

function follow<A extends Widget, B extends Widget>(source: TraitOf<A>, target: TraitOf<B>): () => void {
  return source[0].observe((change) => set(target, change.new), source[1] as never);
}

function set<W extends Widget>([widget, name]: TraitOf<W>, value: unknown): void {
  if (!widget.hasTrait(name)) throw new UsageError(`link: expected a trait of ${widget.toString()}, found ${name}.`);
  (widget as Record<string, unknown>)[name] = value;
}

class Link extends widgetClass({
  name: "Link",
  view: null,
  traits: { source: widgetTrait(), target: widgetTrait() },
}) {}

class DirectionalLink extends widgetClass({
  name: "DirectionalLink",
  view: null,
  traits: { source: widgetTrait(), target: widgetTrait() },
}) {}

/**
 * Like {@link link}, but in the front end: it works without a kernel, and the kernel learns of each change as usual.
 *
 * @returns the link; `close` ends it
 * @example widgets.jslink([play, "value"], [slider, "value"]);
 */
export function jslink<A extends Widget, B extends Widget>(source: TraitOf<A>, target: TraitOf<B>): Widget {
  return new Link({ source, target });
}

/**
 * The same in one direction.
 *
 * @example widgets.jsdlink([play, "value"], [progress, "value"]);
 */
export function jsdlink<A extends Widget, B extends Widget>(source: TraitOf<A>, target: TraitOf<B>): Widget {
  return new DirectionalLink({ source, target });
}
