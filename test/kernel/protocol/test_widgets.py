"""Widgets: what ipywidgets' front end asks of them, and that they are ipywidgets' own."""

from __future__ import annotations

import unittest

import anywidget
import ipywidgets
import traitlets
from session import KernelCase

VISIBLE = (
    "IntSlider FloatSlider FloatLogSlider IntProgress FloatProgress IntText FloatText Text Textarea Checkbox "
    "ToggleButton Button Label HTML Image Output Play HBox VBox GridBox Tab Accordion Dropdown Select RadioButtons "
    "ToggleButtons"
).split()


def schema(widget: ipywidgets.Widget) -> dict:
    """A widget's first state, with names in place of other widgets."""
    found = {}
    for key in widget.keys:
        value = getattr(widget, key)
        if isinstance(value, ipywidgets.Widget):
            value = type(value).__name__
        found[key] = list(value) if isinstance(value, tuple) else value
    return found


class WidgetTests(KernelCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # The cells' folder lies below the checkout, beside no notebook: cnn-helpers is found up the tree.
        ran = cls.run_cell(cls(), 'import { tf, widgets } from "cnn-helpers";')
        assert ran.reply["status"] == "ok", ran.reply

    def opened(self, code: str, cell: str | None = None) -> list[dict]:
        """The contents of the comms that a cell opens."""
        return [message["content"] | {"buffers": message["buffers"]} for message in self.comms(code, cell, "comm_open")]

    def comms(self, code: str, cell: str | None, kind: str) -> list[dict]:
        message = self.kc.session.msg(
            "execute_request", {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        )
        message["metadata"] = {} if cell is None else {"cellId": cell}
        self.kc.shell_channel.send(message)
        ran = self.collect(message["header"]["msg_id"])
        self.assertEqual(ran.reply["status"], "ok", ran.reply)
        return [found for found in ran.messages if found["msg_type"] == kind]

    def send(self, comm: str, data: dict, buffers: list[bytes] | None = None) -> list[dict]:
        """Sends a comm message as a view does; what comes back."""
        message = self.kc.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.kc.session.send(self.kc.shell_channel.socket, message, buffers=buffers)
        ran = self.collect_comm(message["header"]["msg_id"])
        return [found for found in ran if found["msg_type"] in ("comm_msg", "comm_close", "error", "stream")]

    def collect_comm(self, msg_id: str) -> list[dict]:
        messages = []
        while True:
            message = self.kc.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages
            messages.append(message)

    def test_names_and_defaults_are_those_of_ipywidgets(self) -> None:
        for name in VISIBLE:
            with self.subTest(name):
                widget = getattr(ipywidgets, name)()
                (*parts, own) = self.opened(f"new widgets.{name}()")
                self.assertEqual(own["target_name"], "jupyter.widget")
                state = own["data"]["state"]
                for path, buffer in zip(own["data"]["buffer_paths"], own["buffers"], strict=True):
                    state[path[0]] = bytes(buffer)
                for part in parts:
                    found = part["data"]["state"]
                    (key,) = [key for key, value in state.items() if value == f"IPY_MODEL_{part['comm_id']}"]
                    self.assertEqual(schema(getattr(widget, key)), found)
                    state[key] = found["_model_name"].removesuffix("Model")
                self.assertEqual(schema(widget), state)

    def test_both_sides_change_a_value(self) -> None:
        comm = self.opened(
            "const k = new widgets.IntSlider({ value: 3, max: 10 });\n"
            "k.observe((change) => console.log(change.old, '->', change.new), 'value');"
        )[-1]["comm_id"]
        back = self.send(comm, {"method": "update", "state": {"value": 4}, "buffer_paths": []})
        echo = {"method": "echo_update", "state": {"value": 4}, "buffer_paths": []}
        self.assertEqual([m["content"]["data"] for m in back if m["msg_type"] == "comm_msg"], [echo])
        self.assertEqual([m["content"]["text"] for m in back if m["msg_type"] == "stream"], ["3 -> 4\n"])
        # From here. What is the same isn't sent.
        sent = self.comms("k.value = 5; k.value = 5;", None, "comm_msg")
        update = {"method": "update", "state": {"value": 5}, "buffer_paths": []}
        self.assertEqual([m["content"]["data"] for m in sent], [update])
        # Out of range: the view is told what became of it.
        back = self.send(comm, {"method": "update", "state": {"value": 99}, "buffer_paths": []})
        states = [(m["content"]["data"]["method"], m["content"]["data"]["state"]) for m in back[:2]]
        self.assertEqual(states, [("echo_update", {"value": 99}), ("update", {"value": 10})])
        # Of the wrong kind: an error that names the trait, and the value stays.
        back = self.send(comm, {"method": "update", "state": {"value": "x"}, "buffer_paths": []})
        self.assertIn("IntSlider: value: expected a whole number", "".join(str(m["content"]) for m in back))
        self.assertEqual(self.ok("k.value").result, "10")

    def test_bytes_clicks_selection_and_closing(self) -> None:
        image = self.opened("const image = new widgets.Image({ value: new Uint8Array([1, 2, 3]) })")[-1]
        self.assertEqual([bytes(part) for part in image["buffers"]], [b"\1\2\3"])
        update = {"method": "update", "state": {}, "buffer_paths": [["value"]]}
        self.send(image["comm_id"], update, [b"\0\xff"])
        self.assertEqual(self.ok("[...image.value].join()").result, "'0,255'")
        button = self.opened("const stop = new widgets.Button(); stop.onClick(() => console.log('clicked'))")[-1]
        back = self.send(button["comm_id"], {"method": "custom", "content": {"event": "click"}})
        self.assertEqual([m["content"].get("text") for m in back], ["clicked\n"])
        mode = self.opened("const mode = new widgets.Dropdown({ options: ['same', 'valid'] })")[-1]
        self.assertEqual(mode["data"]["state"]["_options_labels"], ["same", "valid"])
        self.send(mode["comm_id"], {"method": "update", "state": {"index": 1}, "buffer_paths": []})
        self.assertEqual(self.ok("mode.value").result, "'valid'")
        back = self.send(mode["comm_id"], {"method": "update", "state": {"index": 7}, "buffer_paths": []})
        self.assertIn("index: expected a whole number below 2, found 7", "".join(str(m["content"]) for m in back))
        closed = self.comms("stop.close()", None, "comm_close")
        self.assertIn(button["comm_id"], [m["content"]["comm_id"] for m in closed])

    def test_a_page_that_is_loaded_again_gets_every_state(self) -> None:
        slider = self.opened("const again = new widgets.FloatSlider({ value: 0.5 })")[-1]["comm_id"]
        control = {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}
        message = self.kc.session.msg("comm_open", control)
        self.kc.shell_channel.send(message)
        self.collect_comm(message["header"]["msg_id"])
        (back,) = self.send("control", {"method": "request_states"})
        found = back["content"]["data"]["states"][slider]
        self.assertEqual(found["model_name"], "FloatSliderModel")
        self.assertEqual(found["state"]["value"], 0.5)
        (state,) = self.send(slider, {"method": "request_state"})
        self.assertEqual(state["content"]["data"]["state"]["value"], 0.5)

    def test_a_cell_that_runs_again_closes_what_it_made(self) -> None:
        code = "await widgets.interact(({ k }) => new widgets.Label({ value: String(k) }) && k ** 2, { k: 3 })"
        self.comms(code, "cell-1", "comm_open")
        first = len(self.shell("comm_info_request", {})["comms"])
        for _ in range(10):
            self.comms(code, "cell-1", "comm_open")
        self.assertEqual(len(self.shell("comm_info_request", {})["comms"]), first)
        self.comms("1 + 1", "cell-1", "comm_open")
        left = len(self.shell("comm_info_request", {})["comms"])
        self.assertLess(left, first)
        self.comms(code, "cell-2", "comm_open")
        self.comms("1 + 1", "cell-1", "comm_open")
        self.assertGreater(len(self.shell("comm_info_request", {})["comms"]), left)

    def test_interact_ends_in_the_last_of_many_values(self) -> None:
        opened = self.opened(
            "const panel = widgets.interactive(async ({ k, mode }) => {\n"
            "  calls++; await new Promise((done) => setTimeout(done, 20)); return `${k} ${mode}`;\n"
            "}, { k: 3, mode: ['same', 'valid'] });\nlet calls = 0; await panel.update();"
        )
        (slider,) = [c["comm_id"] for c in opened if c["data"]["state"]["_model_name"] == "IntSliderModel"]
        for value in [*range(-3, 10)] * 20:
            data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
            self.kc.shell_channel.send(self.kc.session.msg("comm_msg", {"comm_id": slider, "data": data}))
        shown = self.ok(
            "await new Promise((done) => setTimeout(done, 300)); await panel.update();\n"
            "[(panel.children.at(-1) as any).outputs[0].data['text/plain'], calls < 200].join()"
        )
        self.assertEqual(shown.result, "'9 same,true'")

    def test_a_widget_of_ones_own_is_anywidgets(self) -> None:
        class Counter(anywidget.AnyWidget):
            _esm = "export default {};\n"
            _css = ""
            clickCount = traitlets.Int(3).tag(sync=True)  # noqa: N815

        code = "const own = widgets.anywidget({ esm: 'export default {} as object', state: { clickCount: 3 } })"
        (layout, own) = self.opened(code)
        state = own["data"]["state"]
        expected = schema(Counter())
        for found in (state, expected):
            self.assertIn(".", found.pop("_anywidget_id"))
        self.assertEqual(state["layout"], f"IPY_MODEL_{layout['comm_id']}")
        self.assertEqual(state | {"layout": "Layout"}, expected)
        self.send(own["comm_id"], {"method": "update", "state": {"clickCount": 4}, "buffer_paths": []})
        self.assertEqual(self.ok("own.clickCount").result, "4")
        sent = self.comms("own.clickCount = 5", None, "comm_msg")
        self.assertEqual(sent[0]["content"]["data"]["state"], {"clickCount": 5})
        wrong = self.run_cell("widgets.anywidget({ esm: 'export {', state: {} })")
        self.assertIn("Expected", wrong.error["evalue"])
        wrong = self.run_cell("widgets.anywidget({ esm: 'export {}', state: { close: 1 } })")
        self.assertIn("expected names of your own, found close", wrong.error["evalue"])

    def test_a_drawing_is_predicted(self) -> None:
        code = "const pad = new widgets.DrawingPad({ predict: (image) => tf.tidy(() => image.sum([1, 2, 3])) }); pad"
        pad = self.opened(code)[-1]["comm_id"]
        tensors = self.ok("tf.memory().numTensors").result
        side = 140
        ink = bytearray(side * side)
        for row in range(60, 80):
            ink[row * side + 30 : row * side + 40] = b"\xff" * 10
        self.send(pad, {"method": "update", "state": {}, "buffer_paths": [["pixels"]]}, [bytes(ink)])
        # 10 × 20 pixels of ink fill the box that a digit gets: as many pixels of 1.
        self.assertEqual(self.ok("await pad.update(); pad.probabilities.join()").result, "'200'")
        self.assertEqual(self.ok("pad.image.shape.join()").result, "'1,28,28'")
        self.assertEqual(self.ok("tf.memory().numTensors").result, tensors)
        back = self.send(pad, {"method": "update", "state": {}, "buffer_paths": [["pixels"]]}, [b"short"])
        self.ok("await new Promise((done) => setTimeout(done, 100))")
        self.assertEqual(back[0]["content"]["data"]["method"], "echo_update")
        self.assertEqual(self.ok("pad.probabilities.join()").result, "'200'")

    def test_saved_outputs(self) -> None:
        ran = self.ok("const label = new widgets.Label({ value: 'a < b' }); label")
        (result,) = ran.contents("execute_result")
        self.assertEqual(set(result["data"]), {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"})
        self.assertIn("a &lt; b", result["data"]["text/html"])


if __name__ == "__main__":
    unittest.main()
