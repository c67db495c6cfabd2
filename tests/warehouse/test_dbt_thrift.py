"""What dbt is spared comes out as dbt makes it: every replacement against the original, and nothing replaced outlives it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.adapters.events import types as adapter_events
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.context.macros import MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.events import types as events
from dbt_common.clients import agate_helper, jinja
from dbt_common.events import types as common_events
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.exceptions import CompilationError

from scoreboard.warehouse.dbt_thrift import UNHEARD, thrift

# one name in several packages, to see which of them is found
MACROS = {
    "dbt": ("log_it", "make", "dispatch_me", "only_dbt"),
    "dbt_duckdb": ("make", "duckdb__make"),
    "scoreboard": ("make", "log_it", "only_ours"),
    "guest": ("make", "dispatch_me", "only_guest"),
}
INTERNAL = ["dbt_duckdb", "dbt"]


class Project:
    """As much of a manifest as a namespace is made of."""

    def __init__(self) -> None:
        self.macros = {
            f"macro.{package}.{name}": SimpleNamespace(
                unique_id=f"macro.{package}.{name}", name=name, package_name=package
            )
            for package, names in MACROS.items()
            for name in names
        }

    def get_macros_by_package(self) -> dict[str, dict[str, Any]]:
        return {
            package: {name: self.macros[f"macro.{package}.{name}"] for name in names}
            for package, names in MACROS.items()
        }


class Context(ManifestContext):
    """The context of a node in a package, without a connection."""

    def __init__(self, manifest: Project, search_package: str | None, node: object) -> None:
        self.manifest, self.search_package, self.node = manifest, search_package, node
        self._ctx = {"whose": node}
        self.macro_stack = MacroStack()
        self.namespace = self._build_namespace()

    def _get_namespace_builder(self) -> MacroNamespaceBuilder:
        return MacroNamespaceBuilder("scoreboard", self.search_package, self.macro_stack, INTERNAL, self.node)


def told(namespace: Any) -> dict[str, Any]:
    """Every name of a namespace with the macro, or the macros of the package, that it leads to."""
    return {
        name: found.macro.unique_id
        if isinstance(found, MacroGenerator)
        else {inner: generator.macro.unique_id for inner, generator in found.items()}
        for name, found in dict(namespace).items()
    }


@pytest.mark.parametrize("package", ["scoreboard", "guest", "dbt", "nobody's", None])
def test_a_node_finds_the_macros_it_found_without_thrift(package: str | None) -> None:
    project, node = Project(), object()
    expected = Context(project, package, node)
    with thrift():
        found = [Context(project, package, node) for _ in range(2)]

    for context in found:
        assert told(context.namespace) == told(expected.namespace)
        assert told(context.namespace.packages) == told(expected.namespace.packages)
        for search in (None, "dbt", *expected.namespace.packages):
            for name in {name for names in MACROS.values() for name in names}:
                before, after = (each.namespace.get_from_package(search, name) for each in (expected, context))
                assert (before and before.macro) is (after and after.macro), (search, name)


def test_a_macro_is_called_in_the_context_of_its_own_node() -> None:
    project, nodes = Project(), [object(), object()]
    with thrift():
        contexts = [Context(project, "scoreboard", node) for node in nodes]

    for context in contexts:
        found = context.namespace["make"]
        plain = MacroGenerator(found.macro, context._ctx, context.node, context.macro_stack)
        assert list(vars(found)) != [] and vars(found) == vars(plain)
        assert all(vars(found)[name] is value for name, value in vars(plain).items())


def test_another_project_has_macros_of_its_own() -> None:
    with thrift():
        first = Context(Project(), "scoreboard", None).namespace["make"].macro
        second = Context(Project(), "scoreboard", None).namespace["make"].macro

    assert first is not second


def test_a_text_compiled_once_is_rendered_with_what_is_given_each_time() -> None:
    text = "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ dbt_macro__twice(value) }}"
    for native in (False, True):
        with thrift():
            made = [
                jinja.render_template(jinja.get_template(text, {"value": value}, native=native), {"value": value})
                for value in ("a", "b")
            ]
        assert made == ["aa", "bb"], native


def test_a_text_that_does_not_compile_is_refused_each_time_in_the_same_words() -> None:
    def refusal() -> str:
        with pytest.raises(CompilationError) as error:
            jinja.get_template("{{ unfinished", {})
        return str(error.value)

    expected = refusal()
    with thrift():
        assert [refusal(), refusal()] == [expected, expected]


ANSWERS: list[list[dict[str, Any]]] = [
    [{"code": "005", "many": 3, "when": date(2026, 1, 31)}, {"code": "", "many": 4, "when": None}],
    [{"code": 5, "many": Decimal("0.5"), "when": "null"}],
    [{"code": None, "many": None, "when": None}],
]


def test_answers_have_the_types_they_had_without_thrift() -> None:
    def types() -> list[list[Any]]:
        tables = [agate_helper.table_from_data_flat(rows, ["code", "many", "when"]) for rows in ANSWERS]
        return [[*map(type, table.column_types), *(tuple(row) for row in table.rows)] for table in tables]

    expected = types()
    with thrift():
        assert types() == expected
        assert types() == expected


@pytest.mark.parametrize("name", sorted(UNHEARD))
def test_nothing_but_a_debug_event_goes_unheard(name: str) -> None:
    [event] = {getattr(module, name) for module in (events, adapter_events, common_events) if hasattr(module, name)}

    assert issubclass(event, BaseEvent)
    assert event.level_tag(None) == EventLevel.DEBUG


def test_what_is_said_louder_is_heard_whole_and_so_is_the_start_of_a_node() -> None:
    heard = []
    with thrift():
        get_event_manager().callbacks.append(lambda message: heard.append((message.info.name, message.info.msg)))
        fire_event(common_events.Note(msg="told"))
        fire_event(adapter_events.SQLQuery(conn_name="c", sql="select 1"))
        fire_event(events.CommandCompleted(command="c", success=True, elapsed=0.0))
        fire_event(events.NodeStart())

    assert [name for name, _ in heard] == ["Note", "NodeStart"]
    assert heard[0][1] == "told"


def test_afterwards_dbt_is_as_it_was() -> None:
    replaced = [
        (BaseEvent, "__init__"),
        (ManifestContext, "_build_namespace"),
        (jinja.MacroFuzzEnvironment, "compile"),
        (jinja.NativeSandboxEnvironment, "compile"),
        (agate_helper, "build_type_tester"),
    ]

    def now() -> list[Any]:
        return [get_event_manager(), *(getattr(owner, name) for owner, name in replaced)]

    before = now()
    with pytest.raises(ZeroDivisionError), thrift():
        assert not any(one is other for one, other in zip(now(), before, strict=True))
        1 / 0  # noqa: B018 - any error
    assert all(one is other for one, other in zip(now(), before, strict=True))
    assert "compile" not in vars(jinja.MacroFuzzEnvironment)
