"""What benches measured: values by name, their median held against a goal, shown as text and kept as JSON."""
import json
import os
import pathlib
import statistics


class Row:
    """Values of one measure, and the goal that their median is held against."""

    def __init__(self, name: str, unit: str, values: list[float], least: float | None = None, most: float | None = None):
        self.name, self.unit, self.values, self.least, self.most = name, unit, values, least, most

    def median(self) -> float:
        return statistics.median(self.values)

    def goal(self) -> str:
        if self.least is None and self.most is None:
            return ""
        met = self.median() >= self.least if self.least is not None else self.median() <= self.most
        words = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return f"goal met: {words}" if met else f"goal missed: {words}"

    def line(self) -> str:
        numbers = (f"{value:10.2f}" if abs(value) < 10 else f"{value:10.0f}"
                   for value in (min(self.values), self.median(), max(self.values)))
        return f"{self.name:44} {self.unit:10} {' '.join(numbers)}  {self.goal()}".rstrip()

    def record(self) -> dict:
        return {"name": self.name, "unit": self.unit, "values": [round(value, 3) for value in self.values],
                "min": round(min(self.values), 3), "median": round(self.median(), 3), "max": round(max(self.values), 3),
                "goal": self.goal()}


def publish(artifacts: str, bench: str, how: str, rows: list[Row], **more) -> None:
    """Prints the table below `how` it was taken, and writes ARTIFACTS/<bench>.json."""
    load = os.getloadavg()[0]
    print(f"{how}; {os.cpu_count()} processors, load {load:.1f}")
    print(f"{'':44} {'':10} {'min':>10} {'median':>10} {'max':>10}")
    for row in rows:
        print(row.line())
    file = pathlib.Path(artifacts) / f"{bench}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"how": how, "processors": os.cpu_count(), "load": load, **more,
                                "rows": [row.record() for row in rows]}, indent=1) + "\n")
    print(f"all values: {file}")
