"""Lets papermill pass parameters to TypeScript notebooks: `papermill in.ipynb out.ipynb -p epochs 3`.

Papermill imports this module because it is registered as an engine; the engine is papermill's own.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

__all__ = ["NBClientEngine"]

DECLARATION = re.compile(
    r"^\s*(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?)\s*)?=\s*"
    r"(?P<default>.*?)\s*;?\s*(?://\s*(?P<help>.*))?$"
)


class TypeScriptTranslator(Translator):
    """Writes parameters as TypeScript."""

    @classmethod
    def translate(cls, val: Any) -> str:
        """The literal of a value; JSON is TypeScript, apart from the numbers that it lacks."""
        if isinstance(val, float) and not math.isfinite(val):
            return "NaN" if math.isnan(val) else "Infinity" if val > 0 else "-Infinity"
        if isinstance(val, dict):
            return "{" + ", ".join(f"{json.dumps(str(key))}: {cls.translate(each)}" for key, each in val.items()) + "}"
        if isinstance(val, (list, tuple)):
            return "[" + ", ".join(map(cls.translate, val)) + "]"
        return json.dumps(val, default=str)

    @classmethod
    def comment(cls, cmt_str: str) -> str:
        return f"// {cmt_str}"

    @classmethod
    def assign(cls, name: str, str_val: str) -> str:
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell: dict) -> list[Parameter]:
        """The parameters that a cell declares, one in a line, for `papermill --help-notebook`."""
        found = map(DECLARATION.match, parameters_cell["source"].splitlines())
        return [Parameter(m["name"], m["type"] or "None", m["default"], m["help"] or "") for m in found if m]


papermill_translators.register("typescript", TypeScriptTranslator)
