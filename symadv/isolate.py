"""One call in a child process of its own, within a wall-clock and a memory limit; or hundreds, a few at a time.

The children come from a supervisor process (`symadv._supervisor`), which is started once and ends with this process.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    Line = Connection[Any, Any]

T = TypeVar("T")

_SAME_EVERYWHERE = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Isolated(SymadvError):
    """A call in a child process that gave neither a value nor an exception of its own."""


class TimedOut(Isolated):
    """The call ran past its wall-clock limit and was killed."""


class OutOfMemory(Isolated):
    """The call asked for more memory than its limit."""


class Crashed(Isolated):
    """The child process died, or its answer could not be sent back."""


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What became of one call: its value, or the error that took the value's place; wall-clock seconds."""

    value: T | None
    error: Exception | None
    seconds: float

    def get(self) -> T:
        """The value; raises the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # a call may well return None


@dataclass(frozen=True)
class Request:
    """What travels to the supervisor's side: the pickled function with its arguments, and the limits."""

    call: bytes
    modules: tuple[str, ...]
    path: tuple[str, ...]
    seconds: float
    memory_mb: int


def isolate(
    function: Callable[..., T],
    *arguments: Any,
    seconds: float = 10.0,
    memory_mb: int = 2048,
    preload: Iterable[str] = (),
) -> T:
    """`function(*arguments)`, computed in a child process; raises what the function raises, or an `Isolated`.

    The function must live in an importable module; arguments and value must be picklable. `preload` names modules to be
    imported before the clock starts; the memory limit comes on top of what they take up.
    """
    limits: dict[str, Any] = {"seconds": seconds, "memory_mb": memory_mb, "preload": preload}
    return isolate_many(function, [arguments], workers=1, **limits)[0].get()


def isolate_many(
    function: Callable[..., T],
    argument_tuples: Iterable[tuple[Any, ...]],
    *,
    seconds: float = 10.0,
    memory_mb: int = 2048,
    workers: int | None = None,
    preload: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome[T]]:
    """One `Outcome` per tuple, in order, from `workers` children at a time (default: one per processor).

    The limits hold for each call. `progress(done, total)` is called after each.
    """
    if not (seconds > 0 and memory_mb > 0 and (workers is None or workers > 0)):
        raise SymadvError(f"limits must be positive, got {seconds=}, {memory_mb=}, {workers=}")
    modules = (function.__module__, *preload)
    path = tuple(os.path.abspath(entry) for entry in sys.path)
    requests = [Request(_packed(function, a), modules, path, seconds, memory_mb) for a in argument_tuples]
    outcomes: dict[int, Outcome[T]] = {}
    todo = enumerate(requests)
    busy: dict[Line, tuple[int, float]] = {}
    try:
        while True:
            while len(busy) < (workers or os.cpu_count() or 1) and (task := next(todo, None)):
                line = _acquire()
                busy[line] = (task[0], time.monotonic())
                with contextlib.suppress(OSError):  # if the line was cut meanwhile, the answer says so
                    line.send_bytes(pickle.dumps(task[1]))
            if not busy:
                return [outcomes[index] for index in range(len(requests))]
            for line in cast("list[Line]", wait(list(busy))):
                index, start = busy.pop(line)
                outcomes[index] = Outcome(*_receive(line), time.monotonic() - start)
                if progress:
                    progress(len(outcomes), len(requests))
    finally:
        for line in busy:  # only when interrupted: closing a line ends the call behind it
            line.close()


def _packed(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    if function.__module__ == "__main__":
        raise SymadvError(f"isolate needs a function of an importable module, got {function.__qualname__} of __main__")
    try:
        return pickled((function, arguments))
    except Exception as error:
        raise SymadvError(f"isolate needs a module-level function and picklable arguments: {error}") from error


class _Faithful(pickle.Pickler):
    """Keeps sums, products, powers and relations as they stand: sympy would evaluate them anew on arrival."""

    def reducer_override(self, value: Any) -> Any:
        sympy = sys.modules.get("sympy")
        if sympy and isinstance(value, (sympy.Add, sympy.Mul, sympy.Pow, sympy.core.relational.Relational)):
            return _as_it_stands, (type(value), value.args)
        return NotImplemented


def _as_it_stands(kind: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return kind(*arguments, evaluate=False)


def pickled(value: Any) -> bytes:
    """The value as bytes for `pickle.loads`, sympy expressions in the form in which they were written."""
    buffer = io.BytesIO()
    _Faithful(buffer).dump(value)
    return buffer.getvalue()


class _Supervisor:
    """This process's end: the supervisor process, and the lines to it that no call uses at the moment."""

    def __init__(self) -> None:
        if not hasattr(os, "fork"):
            raise SymadvError(f"isolated calls need a system with fork (Linux, macOS), got {sys.platform}")
        self._control, theirs = socket.socketpair()
        self._idle: list[Line] = []
        start = f"import sys; sys.path[:] = {sys.path!r}; from symadv._supervisor import run; run({theirs.fileno()})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", start],
            pass_fds=[theirs.fileno()],
            env={**os.environ, **_SAME_EVERYWHERE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for this process alone
        )
        theirs.close()

    def alive(self) -> bool:
        return self._process.poll() is None

    def take(self) -> Line:
        """An idle line that still works, else a new one."""
        while self._idle:
            line = self._idle.pop()
            if not line.poll():  # a line with something to say before it was asked has been cut
                return line
            line.close()
        ours, theirs = Pipe()
        with theirs:
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        return ours

    def give_back(self, line: Line) -> None:
        self._idle.append(line)

    def hang_up(self) -> None:
        for line in self._idle:
            line.close()
        self._idle.clear()
        self._control.close()

    def end(self) -> None:
        self.hang_up()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:  # another thread's call still runs; it ends when this process does
            self._process.kill()
            self._process.wait()


_lock = threading.Lock()
_supervisor: _Supervisor | None = None


def _acquire() -> Line:
    global _supervisor
    with _lock:
        if _supervisor is not None and not _supervisor.alive():
            _supervisor.end()
            _supervisor = None
        if _supervisor is None:
            _supervisor = _Supervisor()
        return _supervisor.take()


def _receive(line: Line) -> tuple[Any, Exception | None]:
    """The value or the error that came down the line; a good line is kept for the next call."""
    try:
        answer = line.recv_bytes()
    except (EOFError, OSError):
        line.close()
        return None, Crashed("the process that watches over the call ended")
    with _lock:
        if _supervisor is not None:
            _supervisor.give_back(line)
    try:
        value, error = pickle.loads(answer)
    except Exception as error:
        return None, Crashed(f"the answer cannot be rebuilt: {type(error).__name__}: {error}")
    return value, error


@atexit.register
def _end() -> None:
    if _supervisor is not None:
        _supervisor.end()


def _forget() -> None:
    """A fork of this process must not speak on its parent's lines."""
    global _supervisor
    if _supervisor is not None:
        _supervisor.hang_up()
    _supervisor = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
