"""dbt in Spark's own environment: started by `dbt_there`, told what to run, telling line by line what becomes of it.

The environment has nothing of Scoreboard's but this file, so it imports nothing of Scoreboard's. Lines are JSON: first the order
comes in, then events go out; a model of `waits_for` is announced, and dbt goes on with it when a line comes back.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

_DONE = ("LogModelResult", "LogSeedResult", "LogTestResult", "SkippingDetails")


def main() -> None:
    """Run one order."""
    order = json.loads(sys.stdin.readline())
    # what dbt or a library prints must not be taken for a line of ours
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    lock = threading.Lock()

    def tell(**line: Any) -> None:
        with lock:
            try:
                print(json.dumps(line), file=out, flush=True)
            except BrokenPipeError:
                # whoever asked has ended; nobody wants the rest
                os._exit(1)

    def watch(event: Any) -> None:
        if event.info.name == "NodeStart" and event.data.node_info.node_name in order["waits_for"]:
            tell(says="start", name=event.data.node_info.node_name)
            sys.stdin.readline()
        if event.info.name in _DONE:
            tell(says="done", total=getattr(event.data, "total", 0) or getattr(event.data, "num_models", 0))
        if event.info.level in ("info", "warn", "error"):
            tell(says="log", text=f"{event.info.ts.ToDatetime():%H:%M:%S} {event.info.level:<5} {event.info.msg}")

    from dbt.cli.main import dbtRunner

    outcome = dbtRunner(callbacks=[watch]).invoke(order["command"])
    tell(
        says="end",
        error=str(outcome.exception) if outcome.exception else None,
        succeeded=bool(outcome.success),
        results=[_result(one) for one in getattr(outcome.result, "results", None) or []],
    )


def _result(result: Any) -> dict[str, Any]:
    # an operation's result has no node
    node = getattr(result, "node", None)
    meta = getattr(getattr(node, "config", None), "meta", None) or {}
    return {
        "name": node.name if node else result.unique_id,
        "kind": str(node.resource_type) if node else "operation",
        "status": str(result.status),
        "failures": result.failures,
        "message": result.message,
        "seconds": result.execution_time,
        "sentence": meta.get("sentence"),
    }


if __name__ == "__main__":
    main()
