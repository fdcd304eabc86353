"""What a long session costs."""

from __future__ import annotations

import unittest

from session import KernelCase

WARM_UP = 500
CELLS = 2000
# Megabytes by which the process may grow meanwhile. Garbage that V8 has not looked for yet, and 1,000 results and
# 10,000 lines of
# history that are kept on purpose, make some 30; garbage without a limit made 85 to 155.
GROWTH = 60


class MemoryTests(KernelCase):
    def rss(self) -> float:
        """Megabytes of the process."""
        with open(f"/proc/{self.km.provisioner.process.pid}/statm") as file:
            return int(file.read().split()[1]) * 4096 / 1e6

    def cells(self, first: int, count: int) -> None:
        for index in range(first, first + count):
            self.ok(f"const a{index % 50} = {index}\na{index % 50}")

    def test_thousands_of_cells(self) -> None:
        self.cells(0, WARM_UP)
        before = self.rss()
        self.cells(WARM_UP, CELLS)
        after = self.rss()
        self.assertLess(
            after - before, GROWTH, f"{before:.0f} MB after {WARM_UP} cells, {after:.0f} MB after {CELLS} more"
        )


if __name__ == "__main__":
    unittest.main()
