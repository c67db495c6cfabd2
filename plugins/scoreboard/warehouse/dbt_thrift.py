"""What dbt does anew for every node though it comes out the same each time, done once: two fifths of a build of few rows.

dbt-core is pinned by requirements.lock; what is replaced here is private to it. tests/warehouse/test_dbt_thrift.py holds each replacement against the
original, so that a newer dbt that means something else by it is noticed. Nothing here changes what dbt computes or reports.
"""

from __future__ import annotations

import contextlib
import functools
import gc
from collections.abc import Callable, Iterable, Iterator, KeysView
from typing import Any

from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import MacroNamespace
from dbt.context.manifest import ManifestContext
from dbt.include.global_project import PROJECT_NAME
from dbt_common.clients import agate_helper, jinja
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager

Macros = dict[str, MacroGenerator]

# Debug events fired around every statement and node. What calls back on the start of a node (PostgreSQL's Python models) hears NodeStart.
UNHEARD = frozenset(
    {
        "ConnectionClosed",
        "ConnectionLeftOpen",
        "ConnectionReused",
        "ConnectionUsed",
        "JinjaLogDebug",
        "NewConnection",
        "NewConnectionOpening",
        "NodeCompiling",
        "NodeExecuting",
        "NodeFinished",
        "Rollback",
        "SQLCommit",
        "SQLQuery",
        "SQLQueryStatus",
        "TimingInfoCollected",
        "WritingInjectedSQLForNode",
    }
)


@contextlib.contextmanager
def thrift() -> Iterator[None]:
    """While this is open, dbt spares what nobody hears and keeps what it would make anew."""
    with contextlib.ExitStack() as stack:
        for sparing in (
            _without_debug_events,
            _macros_laid_out_once,
            _templates_compiled_once,
            _types_made_once,
            _seldom_collected,
        ):
            stack.enter_context(sparing())
        yield


class _Heard(EventManager):
    """Passes on what is no debug event, and NodeStart."""

    def fire_event(
        self, e: Any, level: Any = None, node: Any = None, force_warn_or_error_handling: bool = False
    ) -> None:
        name = type(e).__name__
        if name not in UNHEARD and ((level or e.level_tag()) != EventLevel.DEBUG or name == "NodeStart"):
            super().fire_event(e, level, node, force_warn_or_error_handling)


@contextlib.contextmanager
def _without_debug_events() -> Iterator[None]:
    """Spares dbt the debug events nobody hears: five per statement, each built and checked field by field as a message."""
    fill: Callable[..., None] = BaseEvent.__init__

    def fill_unless_unheard(event: Any, *args: Any, **fields: Any) -> None:
        if type(event).__name__ not in UNHEARD:
            fill(event, *args, **fields)

    before = get_event_manager()
    ctx_set_event_manager(_Heard())
    try:
        with _replaced(BaseEvent, "__init__", fill_unless_unheard):
            yield
    finally:
        ctx_set_event_manager(before)


class _Namespace(MacroNamespace):  # type: ignore[misc]
    """dbt's own, with the search for a name done beforehand."""

    def __init__(self, own: Macros, root: Macros, shared: Macros, packages: dict[str, Macros]) -> None:
        super().__init__(root, own, shared, packages)
        self._flat: dict[str, Any] = {**shared, PROJECT_NAME: shared, **packages, **root, **own}

    def keys(self) -> KeysView[str]:
        return self._flat.keys()

    def __getitem__(self, key: str) -> Any:
        return self._flat[key]


class _Layout:
    """Where each macro of a project is found, for the nodes of one package: what MacroNamespaceBuilder finds out for each node."""

    def __init__(self, macros: Iterable[Any], root: str, package: str | None, internal: list[str]) -> None:
        self._by_package: dict[str, dict[str, Any]] = {}
        for macro in macros:
            self._by_package.setdefault(macro.package_name, {})[macro.name] = macro
        self._root, self._package = root, package
        # what an adapter brings overrides what dbt brings
        self._internal = [name for name in reversed(internal) if name in self._by_package]

    def namespace(self, context: dict[str, Any], node: Any, stack: Any) -> _Namespace:
        """The macros of the project, each to be called in this context."""
        packages: dict[str, Macros] = {}
        for package, macros in self._by_package.items():
            packages[package] = generators = {}
            for name, macro in macros.items():
                # as MacroGenerator's constructor and those of its two parents leave it
                generators[name] = made = MacroGenerator.__new__(MacroGenerator)
                made.macro, made.context, made.node, made.stack = macro, context, node, stack
        shared: Macros = {}
        for package in self._internal:
            shared |= packages.pop(package)
        own = dict(packages.get(self._package or "", {}))
        root = dict(packages.get(self._root, {}))
        return _Namespace(own, root, shared, packages)


@contextlib.contextmanager
def _macros_laid_out_once() -> Iterator[None]:
    """Spares dbt sorting all its macros into packages again for each node, twice: their order is that of the project."""
    layouts: dict[Any, tuple[Any, _Layout]] = {}

    def build_namespace(context: Any) -> _Namespace:
        builder = context._get_namespace_builder()
        macros, internal = context.manifest.macros, builder.internal_package_names_order
        key = (id(macros), builder.root_package, builder.search_package, tuple(internal))
        if key not in layouts:
            # beside the layout the macros themselves, lest others take their place in memory
            layouts[key] = macros, _Layout(macros.values(), builder.root_package, builder.search_package, internal)
        return layouts[key][1].namespace(context._ctx, builder.node, builder.thread_ctx)

    with _replaced(ManifestContext, "_build_namespace", build_namespace):
        yield


@contextlib.contextmanager
def _templates_compiled_once() -> Iterator[None]:
    """Spares Jinja compiling the same text again: a generic test's is that of all tests of its kind, a model's that of its unit tests."""
    with contextlib.ExitStack() as stack:
        for environment in (jinja.MacroFuzzEnvironment, jinja.NativeSandboxEnvironment):
            stack.enter_context(_replaced(environment, "compile", _once_for_each_text(environment.compile)))
        yield


def _once_for_each_text(compile_text: Callable[..., Any]) -> Callable[..., Any]:
    compiled: dict[str, Any] = {}

    def compile_once(environment: Any, source: Any, *args: Any, **options: Any) -> Any:
        if args or options or not isinstance(source, str):
            return compile_text(environment, source, *args, **options)
        if source not in compiled:
            compiled[source] = compile_text(environment, source)
        return compiled[source]

    return compile_once


@contextlib.contextmanager
def _types_made_once() -> Iterator[None]:
    """Spares agate making the same testers of types again for the answer of each statement."""
    build = functools.lru_cache(maxsize=256)(agate_helper.build_type_tester)

    def build_once(text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")) -> Any:
        nulls = None if string_null_values is None else tuple(string_null_values)
        return build(tuple(sorted(text_columns)), nulls)

    with _replaced(agate_helper, "build_type_tester", build_once):
        yield


@contextlib.contextmanager
def _seldom_collected() -> Iterator[None]:
    """Python looks for cycles less often: a project of a million objects that all stay is not worth going through for every few new ones."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextlib.contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    own = name in vars(owner)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)
