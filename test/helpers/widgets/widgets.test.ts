import assert from "node:assert/strict";
import { describe, expectTypeOf, test } from "vitest";
import { JUPYTER_DISPLAY, UsageError, widgets, type MimeBundle } from "../../../src/helpers";

/** Without a kernel: values, checks and static pictures. What views see of them: kernel/protocol/test_widgets.py. */
describe("a widget", () => {
  test("keeps its value in range, and tells its observers once", () => {
    const slider = new widgets.IntSlider({ value: 3, max: 10 });
    const seen: number[][] = [];
    const stop = slider.observe((change) => seen.push([change.old, change.new]), "value");
    slider.value = 50;
    slider.value = 10;
    slider.max = 4;
    stop();
    slider.value = 1;
    assert.deepEqual(seen, [
      [3, 10],
      [10, 4],
    ]);
    assert.equal(new widgets.FloatLogSlider({ value: 1e9, max: 2 }).value, 100);
  });

  test("refuses wrong names and values, and stays as it was", () => {
    const slider = new widgets.IntSlider({ max: 10 });
    const wrong: [() => unknown, RegExp][] = [
      [() => new widgets.IntSlider({ vaule: 3 } as object), /expected one of the traits layout, .* found vaule/],
      [() => (slider.value = 1.5), /IntSlider: value: expected a whole number, found 1\.5/],
      [() => (slider.value = NaN), /found NaN/],
      [() => (slider.min = 11), /expected min to be at most max, found 11 and 10/],
      [() => (slider.description = null as never), /description: expected a string, found null/],
      [() => new widgets.Button({ buttonStyle: "red" as "info" }), /buttonStyle: expected one of "primary", .*"red"/],
      [() => new widgets.HBox({ children: ["no"] as never }), /children: expected an array of widgets/],
      [() => new widgets.Dropdown({ options: ["a"], value: "b" as "a" }), /expected one of the options \(a\), found b/],
      [() => new widgets.Select({ options: ["a"], index: 1 }), /index: expected a whole number below 1, found 1/],
      [() => slider.observe(() => {}, "vaule" as "value"), /found vaule/],
      [() => widgets.interactive(() => {}, { k: NaN }), /interact: k: expected .* found NaN/],
      [() => widgets.interactive(() => {}, { k: new widgets.Button() as never }), /expected a widget with a value/],
      [() => widgets.link([slider, "value"], [new widgets.Label(), "value"]), /Label: value: expected a string/],
    ];
    for (const [use, message] of wrong)
      assert.throws(use, (error: Error) => error instanceof UsageError && message.test(error.message));
    assert.deepEqual([slider.value, slider.min, slider.max], [0, 0, 10]);
  });

  test("selection: values of any type, by label", () => {
    const tanh = Math.tanh;
    const f = new widgets.Dropdown({ options: { tanh, abs: Math.abs } });
    assert.equal(f.value, tanh);
    f.value = Math.abs;
    assert.deepEqual([f.label, f.index], ["abs", 1]);
    const mode = new widgets.ToggleButtons({ options: ["same", "valid"], value: "valid" });
    expectTypeOf(mode.value).toEqualTypeOf<"same" | "valid" | null>();
    const seen: unknown[] = [];
    mode.observe((change) => seen.push(change.new), "value");
    mode.index = 0;
    mode.value = null;
    assert.deepEqual(seen, ["same", null]);
    const pairs = new widgets.RadioButtons({
      options: [
        ["one", 1],
        ["two", 2],
      ],
    });
    pairs.options = [["only", 2]];
    assert.deepEqual([pairs.label, pairs.value], ["only", 2]);
  });

  test("links follow in both directions until they end", () => {
    const [slider, field] = [new widgets.IntSlider({ value: 3 }), new widgets.IntText()];
    const end = widgets.link([slider, "value"], [field, "value"]);
    assert.equal(field.value, 3);
    field.value = 7;
    assert.equal(slider.value, 7);
    field.value = 1000; // More than the slider can be: it says what became of it.
    assert.deepEqual([slider.value, field.value], [100, 100]);
    end();
    slider.value = 1;
    assert.equal(field.value, 100);
  });

  test("a click from code counts", () => {
    let clicks = 0;
    const button = new widgets.Button();
    const stop = button.onClick(() => clicks++);
    button.click();
    stop();
    button.click();
    assert.equal(clicks, 1);
  });
});

describe("interactive", () => {
  test("infers the arguments' types from the controls", async () => {
    const panel = widgets.interactive(
      (values) => {
        expectTypeOf(values.k).toEqualTypeOf<number>();
        expectTypeOf(values.mode).toEqualTypeOf<"same" | "valid">();
        expectTypeOf(values.shown).toEqualTypeOf<boolean>();
        expectTypeOf(values.rate).toEqualTypeOf<number>();
        return `${values.k} ${values.mode} ${values.shown} ${values.rate} ${values.title}`;
      },
      { k: 3, mode: ["same", "valid"], shown: true, rate: { min: 0, max: 1, step: 0.5, value: 0.5 }, title: "t" },
    );
    await panel.update();
    const text = new RegExp("3 same true 0.5 t");
    assert.match((panel[JUPYTER_DISPLAY]() as MimeBundle)["text/html"] as string, text);
    const [k] = panel.children as [InstanceType<typeof widgets.IntSlider>];
    assert.deepEqual([k.min, k.max, k.description], [-3, 9, "k"]);
  });

  test("shows what the function shows, and its error in place of a result", async () => {
    const panel = widgets.interactive(
      ({ k }) => {
        if (k > 3) throw new RangeError("too large");
        return k;
      },
      { k: { min: 0, max: 9, value: 3 } },
    );
    await panel.update();
    const [k] = panel.children as [InstanceType<typeof widgets.IntSlider>];
    const html = () => (panel[JUPYTER_DISPLAY]() as MimeBundle)["text/html"] as string;
    assert.match(html(), /<pre>3<\/pre>/);
    k.value = 4;
    await panel.update();
    assert.match(html(), /RangeError: too large/);
  });

  test("calls made while it runs become one, with the values of then", async () => {
    const seen: number[] = [];
    const panel = widgets.interactive(
      async ({ k }) => {
        seen.push(k);
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
      { k: { min: 0, max: 1000, value: 0 } },
    );
    await panel.update();
    const [k] = panel.children as [InstanceType<typeof widgets.IntSlider>];
    for (let value = 1; value <= 1000; value++) k.value = value;
    await panel.update();
    assert.equal(seen.at(-1), 1000);
    assert.ok(seen.length <= 3, `${seen.length} calls`);
  });
});
