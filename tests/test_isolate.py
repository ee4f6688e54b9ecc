"""Isolated calls: what comes back, what every kind of failure turns into, and that no process is left behind."""

import itertools
import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from symadv import isolate as isolation
from symadv.isolate import Crashed, Isolated, Outcome, OutOfMemory, TimedOut, isolate, isolate_many
from symadv.language.errors import SymadvError

CALLS = itertools.count(1)


class WithTwoArguments(Exception):
    """An exception that pickles but does not come back: its `args` are not what its constructor takes."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}, because {why}")


class NotRebuilt:
    """An argument that travels but fails on arrival."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return int, ("not a number",)


def divide(a: float, b: float) -> float:
    return a / b


def raise_user_error() -> NoReturn:
    raise SymadvError("got this, wanted that")


def raise_with_two_arguments() -> NoReturn:
    raise WithTwoArguments("it failed", "it does")


def raise_local() -> NoReturn:
    class Local(Exception):
        pass

    raise Local("of this function alone")


def leave() -> NoReturn:
    sys.exit(3)


def interrupt() -> NoReturn:
    raise KeyboardInterrupt


def kill_myself(number: int) -> None:
    os.kill(os.getpid(), number)


def grow() -> list[bytes]:
    return [bytes(1 << 20) for _ in itertools.count()]


def a_function() -> Callable[[], int]:
    return lambda: 1


def work_in_c() -> int:
    return len(str(pow(3, 10**9)))


def sleep_and_return(seconds: float, value: int) -> int:
    time.sleep(seconds)
    return value


def next_call() -> int:
    return next(CALLS)


def is_loaded(module: str) -> bool:
    return module in sys.modules


def hash_of(text: str) -> tuple[int, str | None]:
    return hash(text), os.environ.get("PYTHONHASHSEED")


def note_and_sleep(folder: str, number: int) -> None:
    """Leave the ids of this process and of a process it starts in a file, then outstay any welcome."""
    started = subprocess.Popen(["sleep", "60"])
    note = Path(folder) / f"{number}.part"
    note.write_text(f"{os.getpid()} {started.pid}")
    note.rename(note.with_suffix(".pids"))
    time.sleep(60)


def form_and_value(expression: Any) -> tuple[str, Any]:
    import sympy

    return sympy.srepr(expression), expression


def nested() -> float:
    return isolate(math.sqrt, 9.0)


def running(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def noted(folder: Path) -> list[int]:
    return [int(pid) for note in folder.glob("*.pids") for pid in note.read_text().split()]


def run_script(text: str, *arguments: object) -> subprocess.Popen[str]:
    code = textwrap.dedent(text)
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, text=True)


def test_the_value_comes_back() -> None:
    assert isolate(divide, 1, 4) == 0.25
    assert isolate(math.prod, [1, 2, 3]) == 6
    assert isolate(os.getpid) not in (os.getpid(), isolate(os.getpid))


def test_an_expression_and_its_parameter_travel() -> None:
    import sympy

    from symadv.language.parameters import parameter

    eta = parameter("eta", positive=True)
    assert isolate(sympy.diff, eta**2, eta) == 2 * eta
    assert isolate(sympy.expand, (eta + 1) ** 2) == eta**2 + 2 * eta + 1


def test_expressions_keep_the_form_in_which_they_were_written() -> None:
    import sympy

    from symadv.language.functions import Phi

    x = sympy.Symbol("x", real=True)
    written = [
        sympy.Eq(x + 1, x + 1, evaluate=False),
        sympy.Lt(x**2, -1, evaluate=False),
        sympy.Eq(sympy.sqrt(x**2), abs(x), evaluate=False),
        sympy.Add(x, x, evaluate=False),
        sympy.Mul(2, sympy.Add(x, 1, evaluate=False), evaluate=False),
        sympy.Pow(sympy.Pow(x, 2, evaluate=False), sympy.Rational(1, 2), evaluate=False),
        sympy.Integral(sympy.exp(-(x**2)) / sympy.sqrt(2), (x, 0, sympy.oo)),
        sympy.Piecewise((Phi(x - 1), x > 0), (-x, True)),
        sympy.And(x > 0, sympy.Or(x < 1, sympy.Eq(x, 5))),
    ]
    for expression in written:
        there, back = isolate(form_and_value, expression)
        assert there == sympy.srepr(expression) == sympy.srepr(back)
        assert back == expression and hash(back) == hash(expression)


def test_an_exception_comes_back_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError, match="division by zero") as caught:
        isolate(divide, 1, 0)
    assert "in divide" in caught.value.__notes__[0]
    with pytest.raises(SymadvError, match="got this, wanted that") as asked:
        isolate(raise_user_error)
    assert type(asked.value) is SymadvError


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (os._exit, (7,), "the child process exited with status 7"),
        (os._exit, (0,), "the child process exited with status 0"),
        (os.abort, (), "killed by SIGABRT"),
        (kill_myself, (signal.SIGSEGV,), "killed by SIGSEGV"),
        (kill_myself, (signal.SIGKILL,), "killed by SIGKILL"),
        (leave, (), "the call ended with SystemExit: 3"),
        (interrupt, (), "the call ended with KeyboardInterrupt"),
        (raise_with_two_arguments, (), "the call raised WithTwoArguments: it failed, because it does"),
        (raise_local, (), "the call raised Local: of this function alone"),
        (a_function, (), "the value, a function, cannot be sent back"),
        (divide, (NotRebuilt(), 1), "the arguments cannot be rebuilt in the child process: ValueError"),
    ],
)
def test_a_crash_is_told(function: Callable[..., Any], arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(Crashed, match=message):
        isolate(function, *arguments)
    assert isolate(divide, 1, 2) == 0.5


@pytest.mark.parametrize(("function", "arguments"), [(time.sleep, (60,)), (work_in_c, ())])
def test_the_clock_is_kept(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    isolate(divide, 1, 1)
    start = time.monotonic()
    with pytest.raises(TimedOut, match=r"no answer within 0\.2 s"):
        isolate(function, *arguments, seconds=0.2)
    assert 0.2 <= time.monotonic() - start < 5


@pytest.mark.parametrize(("function", "arguments"), [(grow, ()), (bytes, (1 << 27,)), (bytes, (1 << 26,))])
def test_memory_is_limited(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """A list that grows, a value that is too large, and one that is too large once it is pickled."""
    with pytest.raises(OutOfMemory, match="more than 100 MB"):
        isolate(function, *arguments, memory_mb=100)
    assert len(isolate(bytes, 1 << 24, memory_mb=100)) == 1 << 24


def test_arguments_may_be_too_large() -> None:
    with pytest.raises(OutOfMemory, match="more than 100 MB"):
        isolate(len, bytes(1 << 28), memory_mb=100)
    assert isolate(len, bytes(1 << 28), memory_mb=300) == 1 << 28


@pytest.mark.parametrize(
    ("function", "arguments"), [(lambda: 1, ()), (divide, (lambda: 1, 1)), (threading.Lock, (threading.Lock(),))]
)
def test_what_cannot_travel_is_refused(function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    with pytest.raises(SymadvError, match="module-level function and picklable arguments") as caught:
        isolate(function, *arguments)
    assert not isinstance(caught.value, Isolated)


@pytest.mark.parametrize(("limit", "value"), [("seconds", 0), ("seconds", math.nan), ("memory_mb", 0), ("workers", 0)])
def test_limits_must_be_positive(limit: str, value: float) -> None:
    with pytest.raises(SymadvError, match=f"positive.*{limit}={value}"):
        isolate_many(divide, [(1, 1)], **{limit: value})


def test_outcomes_keep_the_order_of_the_tasks() -> None:
    tasks = [(0.2, 0), (0.0, 1), (0.1, 2), (0.0, 3), (0.05, 4)]
    outcomes = isolate_many(sleep_and_return, tasks, workers=3)
    assert [outcome.get() for outcome in outcomes] == [0, 1, 2, 3, 4]
    assert outcomes[0].seconds >= 0.2 and all(outcome.error is None for outcome in outcomes)


def test_one_bad_task_harms_no_other() -> None:
    seen: list[tuple[int, int]] = []
    tasks: list[tuple[Any, ...]] = [(0, 1), (60, 2), ("a", 3), (0, 4), (0, NotRebuilt()), (0, 6)]
    outcomes = isolate_many(sleep_and_return, tasks, seconds=0.5, workers=2, progress=lambda *at: seen.append(at))
    errors = [type(outcome.error) for outcome in outcomes]
    assert errors == [type(None), TimedOut, TypeError, type(None), Crashed, type(None)]
    assert [outcome.value for outcome in outcomes] == [1, None, None, 4, None, 6]
    assert seen == [(done, 6) for done in range(1, 7)]


def test_nothing_to_do() -> None:
    assert isolate_many(divide, []) == []
    assert Outcome(None, None, 0.0).get() is None


def test_workers_run_side_by_side() -> None:
    isolate_many(sleep_and_return, [(0.0, 0)] * 4, workers=4)
    start = time.monotonic()
    isolate_many(sleep_and_return, [(0.5, 0)] * 4, workers=4)
    assert time.monotonic() - start < 1.5


def test_every_call_starts_from_the_same_state() -> None:
    assert [outcome.get() for outcome in isolate_many(next_call, [()] * 5, workers=1)] == [1] * 5
    own = subprocess.run(
        [sys.executable, "-c", "print(hash('symadv'))"], env={**os.environ, "PYTHONHASHSEED": "0"}, capture_output=True
    )
    assert isolate(hash_of, "symadv") == (int(own.stdout), "0")


def test_libraries_are_loaded_before_the_clock_starts() -> None:
    assert all(isolate(is_loaded, module) for module in ("sympy", "flint", "symadv.language.order"))
    assert not isolate(is_loaded, "wave") and isolate(is_loaded, "wave", preload=("wave", "no_such_module"))


def test_many_calls_are_cheap() -> None:
    isolate_many(divide, [(1, 1)] * 4)
    start = time.monotonic()
    assert all(outcome.get() == 0.5 for outcome in isolate_many(divide, [(1, 2)] * 100))
    assert time.monotonic() - start < 5


def test_threads_do_not_mix_their_answers() -> None:
    found: dict[int, list[float]] = {}

    def work(n: int) -> None:
        found[n] = [isolate(divide, n * 10 + k, 1) for k in range(5)]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: [n * 10 + k for k in range(5)] for n in range(4)}


def test_an_isolated_call_may_isolate() -> None:
    assert isolate(nested) == 3


def test_a_killed_supervisor_is_replaced() -> None:
    isolate(divide, 1, 1)
    first = isolation._supervisor
    assert first is not None
    first._process.kill()
    first._process.wait()
    assert isolate(divide, 1, 4) == 0.25
    assert isolation._supervisor is not first


def test_a_timeout_takes_grandchildren_along(tmp_path: Path) -> None:
    with pytest.raises(TimedOut):
        isolate(note_and_sleep, str(tmp_path), 0, seconds=1)
    pids = noted(tmp_path)
    assert len(pids) == 2 and until(lambda: not any(map(running, pids)))


def test_an_interrupted_batch_leaves_nothing_running(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert until(lambda: len(noted(tmp_path)) == 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        isolate_many(_note_unless_first, [(str(tmp_path), 0), (str(tmp_path), 1)], workers=2, progress=stop)
    pids = noted(tmp_path)
    assert len(pids) == 2 and until(lambda: not any(map(running, pids)))
    assert isolate(divide, 1, 4) == 0.25


def _note_unless_first(folder: str, number: int) -> None:
    if number:
        note_and_sleep(folder, number)


def test_a_script_without_a_main_guard_runs_once() -> None:
    script = run_script("""
        from math import sqrt
        from symadv.isolate import isolate, isolate_many
        print("start")
        isolate(print, "on the child's standard output")
        print(isolate(sqrt, 4.0), [o.get() for o in isolate_many(sqrt, [(1.0,), (9.0,)])])
        def own(): pass
        try:
            isolate(own)
        except ValueError as error:
            print(error)
    """)
    out, _ = script.communicate(timeout=60)
    wanted = "isolate needs a function of an importable module, got own of __main__"
    assert script.returncode == 0 and out.splitlines() == ["start", "2.0 [1.0, 3.0]", wanted]


def test_a_script_that_ends_leaves_no_process() -> None:
    script = run_script("""
        import math, os
        from symadv import isolate as i
        print(i.isolate(os.getppid), i._supervisor._process.pid)
    """)
    pids = [int(pid) for pid in script.communicate(timeout=60)[0].split()]
    assert script.returncode == 0 and len(pids) == 2 and until(lambda: not any(map(running, pids)))


def test_a_killed_script_leaves_no_process(tmp_path: Path) -> None:
    script = run_script(
        """
        import os, sys
        sys.path.insert(0, sys.argv[1])
        from symadv import isolate as i
        from tests.test_isolate import note_and_sleep
        print(i.isolate(os.getppid), flush=True)
        print(i._supervisor._process.pid, flush=True)
        i.isolate_many(note_and_sleep, [(sys.argv[2], 0), (sys.argv[2], 1)], seconds=60, workers=2)
        """,
        Path(__file__).parent.parent,
        tmp_path,
    )
    assert script.stdout is not None
    keeper, supervisor = int(script.stdout.readline()), int(script.stdout.readline())
    assert until(lambda: len(noted(tmp_path)) == 4, seconds=30)
    pids = [keeper, supervisor, *noted(tmp_path)]
    assert all(map(running, pids))
    script.kill()
    script.communicate(timeout=30)
    assert until(lambda: not any(map(running, pids)))


def test_a_fork_of_this_process_has_lines_of_its_own() -> None:
    script = run_script("""
        import os
        from math import sqrt
        from symadv.isolate import isolate
        first = isolate(os.getppid)
        if (child := os.fork()) == 0:
            os._exit(0 if isolate(os.getppid) != first and isolate(sqrt, 4.0) == 2 else 1)
        print(os.waitpid(child, 0)[1], isolate(os.getppid) == first)
    """)
    assert script.communicate(timeout=60)[0].split() == ["0", "True"]
