"""Dataclasses whose methods are made when they are first needed: a command uses few of the hundred that it
imports, and what `dataclasses` compiles for each took longer than all else that pgseq does before it connects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from typing import Any, Final, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as `dataclass(frozen=True, slots=True, kw_only=True)` makes it, but for methods that it has itself."""
    return _frozen(cls, kw_only=True)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen_in_order(cls: type[T]) -> type[T]:
    """The same for one whose fields are given in their order."""
    return _frozen(cls, kw_only=False)


def _frozen(cls: type[T], *, kw_only: bool) -> type[T]:
    bases = [base for base in cls.__mro__[1:] if _PARAMS in vars(base)]
    for name, method in _SHARED.items():
        inherited = getattr(cls, name, None)
        if inherited is getattr(object, name, None) or getattr(inherited, "__module__", None) == __name__:
            setattr(cls, name, method)
    # What is not frozen may not inherit from what is.
    _mark(bases, _Open)
    made = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
    _mark((made, *bases), _Frozen)
    return made


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
def changeable(cls: type[T]) -> type[T]:
    """The class as `dataclass(eq=False, slots=True, kw_only=True)` makes it, in the same way."""
    for name in ("__init__", "__repr__"):
        setattr(cls, name, _SHARED[name])
    return dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)


@dataclass(init=False, repr=False, eq=False, frozen=True)
class _Frozen:
    """A frozen dataclass."""


@dataclass(init=False, repr=False, eq=False)
class _Open:
    """One that is not."""


def _mark(classes: Iterable[type], like: type) -> None:
    for each in classes:
        setattr(each, _PARAMS, vars(like)[_PARAMS])


#: Fields from which on an object becomes an open one while they are set: that costs less than half for each, and the
#: way there and back as much as four.
MANY: Final = 8


def _init(self: Any, *in_order: Any, **arguments: Any) -> None:
    cls = self.__class__
    parameters, lines, names = ["self"], [], dict[str, object]({"MISSING": MISSING})
    set_in = [part for part in fields(cls) if part.init]
    for part in set_in:
        value = part.name
        if part.kw_only and "*" not in parameters:
            parameters.append("*")
        if part.default_factory is not MISSING:
            names[f"make_{part.name}"] = part.default_factory
            parameters.append(f"{part.name}=MISSING")
            value = f"make_{part.name}() if {part.name} is MISSING else {part.name}"
        else:
            names[f"default_{part.name}"] = part.default
            parameters.append(part.name if part.default is MISSING else f"{part.name}=default_{part.name}")
        names[f"set_{part.name}"] = getattr(cls, part.name).__set__
        lines.append(f"self.{part.name} = {value}" if len(set_in) >= MANY else f"set_{part.name}(self, {value})")
    if len(set_in) >= MANY:
        names |= {"become": vars(object)["__class__"].__set__, "open": _open(cls), "frozen": cls}
        lines = ["become(self, open)", *lines, "become(self, frozen)"]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    cls.__init__ = _function("__init__", ", ".join(parameters), lines, names)
    self.__init__(*in_order, **arguments)


def _open(cls: type) -> type:
    """A class of the same layout whose objects take what is set in them."""
    kept = {name: vars(cls)[name] for name in ("__slots__", "__orig_bases__") if name in vars(cls)}
    return type(cls.__name__, cls.__bases__, {**kept, "__setattr__": object.__setattr__})


def _eq(self: Any, other: object) -> bool:
    cls, compared = self.__class__, _compared(self)
    own, others = (", ".join(f"{side}.{name}" for name in compared) for side in ("self", "other"))
    line = f"return ({own},) == ({others},) if self.__class__ is other.__class__ else NotImplemented"
    cls.__eq__ = _function("__eq__", "self, other", [line], {})
    return cast(bool, self.__eq__(other))


def _hash(self: Any) -> int:
    cls = self.__class__
    own = ", ".join(f"self.{name}" for name in _compared(self))
    cls.__hash__ = _function("__hash__", "self", [f"return hash(({own},))"], {})
    return hash(self)


def _compared(self: Any) -> list[str]:
    return [one.name for one in fields(self) if one.compare]


def _function(name: str, parameters: str, lines: Iterable[str], names: dict[str, object]) -> Callable[..., Any]:
    """Compiles, as dataclasses do; what is run is made of names of fields."""
    names["__name__"] = __name__
    exec(f"def {name}({parameters}):\n    " + "\n    ".join(lines), names)
    return cast(Callable[..., Any], names[name])


def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _setattr(self: Any, name: str, _: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for part, content in zip(fields(self), state, strict=True):
        object.__setattr__(self, part.name, content)


_PARAMS: Final = "__dataclass_params__"
_SHARED: Final = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
