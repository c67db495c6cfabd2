"""Stand-ins for the steps the DAGs call, so that what is under test is only how they are run."""

import sys
from types import ModuleType

from scoreboard.errors import ScoreboardError

STEPS = {
    "scoreboard.landing.drop": "land_entity",
    "scoreboard.validation.door": "validate_domain",
    "scoreboard.warehouse.build": "build_warehouse",
    "scoreboard.warehouse.audit": "audit",
    "scoreboard.warehouse.publish": "publish",
    "scoreboard.warehouse.periods": "close_quarter restate",
    "scoreboard.reports.award": "write_award_report",
    "scoreboard.reports.account_pack": "write_account_packs",
    "scoreboard.summary": "write_summary",
    "scoreboard.alerts.steps": "queue_alerts queue_escalations deliver_alerts",
}


class Steps:
    """Records every call; a step in `failing` raises what it maps to (for land_entity by entity name)."""

    def __init__(self):
        self.calls = []
        self.failing = {}
        self.ignored = {}
        self.unknown = {}
        self.live = None

    def install(self, monkeypatch):
        for module_name, functions in STEPS.items():
            module = ModuleType(module_name)
            for function in functions.split():
                setattr(module, function, self._step(function))
            module.parse_period = lambda text, fiscal_start_month: text
            module.current = lambda settings: self.live
            monkeypatch.setitem(sys.modules, module_name, module)
        return self

    def named(self, function):
        return [arguments for name, arguments in self.calls if name == function]

    def _step(self, function):
        def step(settings, *arguments):
            self.calls.append((function, arguments))
            for key in (function, arguments[0] if arguments else None):
                if key in self.failing:
                    raise self.failing[key]
            if function == "validate_domain":
                return {"batches": [{"rows_landed": 3, "rows_valid": 2, "rows_quarantined": 1}] * 2}
            if function == "land_entity":
                entity = arguments[0]
                unknown = self.unknown.get(entity, [])
                ignored = self.ignored.get(entity, [])
                return {"entity": entity, "rows": 0, "ignored": ignored, "waiting": [], "unknown_columns": unknown}
            if function == "publish":
                self.live = {"version": "v1", "run_id": arguments[0]}
            return {}

        return step


BROKEN_FILE = ScoreboardError(
    "crm/usage/july.csv, line 7: 3 cells instead of 12. The file was left where it is; mend it and run again."
)
