"""The process behind `isolate`: loads the algebra libraries once and forks; nobody imports it, `isolate` starts it.

For every line that comes in the supervisor forks a keeper, and the keeper forks one child per call. So each call starts
from the same state whatever ran before it, costs milliseconds, and is killed by its own parent; when a line closes,
everything behind it ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import pkgutil
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import symadv.language
from symadv.isolate import Crashed, OutOfMemory, Request, TimedOut, pickled

if TYPE_CHECKING:
    from symadv.isolate import Line

_LIBRARIES = ("sympy", "mpmath", "flint", "z3")


def run(control_descriptor: int) -> None:
    """Fork a keeper for each line that comes through the control socket, until the other end closes it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers that end are reaped by the kernel
    language = (f"symadv.language.{module.name}" for module in pkgutil.iter_modules(symadv.language.__path__))
    _load((*_LIBRARIES, *language))
    gc.freeze()
    with socket.socket(fileno=control_descriptor) as control:
        while (message := socket.recv_fds(control, 1, 1))[0]:
            (descriptor,) = message[1]
            if os.fork() == 0:
                control.close()
                _keep(Connection(descriptor))
            os.close(descriptor)
    with contextlib.suppress(ChildProcessError):
        os.wait()  # returns, empty-handed, when the last keeper is gone


def _load(modules: Iterable[str]) -> None:
    for module in modules:
        with contextlib.suppress(Exception):  # what is missing or broken is told by the call that needs it
            importlib.import_module(module)


def _keep(line: Line) -> NoReturn:
    """Answer one request after the other; end when the line closes."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with contextlib.suppress(EOFError, OSError):
            while True:
                request: Request = pickle.loads(line.recv_bytes())
                sys.path[:] = request.path
                _load(request.modules)
                line.send_bytes(_supervised(line, request))
    finally:
        os._exit(0)


def _supervised(line: Line, request: Request) -> bytes:
    """The pickled pair (value, error) of one call, made in a forked child that does not outlive this function."""
    reader, writer = Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        line.close()
        reader.close()
        _work(writer, request)
    writer.close()
    answer = None
    try:
        ready = wait([reader, line], request.seconds)
        if reader in ready:
            with contextlib.suppress(EOFError, OSError):
                answer = reader.recv_bytes()
    finally:
        status = _kill(child)
        reader.close()
    if answer is not None:
        return answer
    if reader in ready:
        return _error(Crashed(f"the child process {_cause(status)}"))
    if line in ready:
        raise EOFError
    return _error(TimedOut(f"no answer within {request.seconds:g} s"))


def _kill(child: int) -> int:
    """Kill the child and whatever it started; its exit status."""
    with contextlib.suppress(OSError):  # the child may not have become the leader of its group yet
        os.setpgid(child, child)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _cause(exitcode: int) -> str:
    return f"was killed by {signal.Signals(-exitcode).name}" if exitcode < 0 else f"exited with status {exitcode}"


def _work(writer: Line, request: Request) -> NoReturn:
    try:
        os.setpgid(0, 0)
        out_of_memory = _error(OutOfMemory(f"the call needs more than {request.memory_mb} MB"))
        _limit(request.memory_mb)
        try:
            answer = _evaluate(request.call)
        except MemoryError:
            answer = out_of_memory
        writer.send_bytes(answer)
    finally:
        os._exit(1)


def _limit(memory_mb: int) -> None:
    """Limit what the child may write to beyond what it was forked with: the libraries and the request."""
    wanted = _loaded() + (memory_mb << 20)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _loaded() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    except FileNotFoundError:  # only Linux tells
        return 0


def _evaluate(call: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(call)
    except MemoryError:
        raise
    except Exception as error:
        return _error(Crashed(f"the arguments cannot be rebuilt in the child process: {_told(error)}"))
    try:
        value = function(*arguments)
    except MemoryError:
        raise
    except Exception as error:
        error.add_note("in an isolated call:\n" + "".join(traceback.format_exception(error)))
        return _error(error)
    except BaseException as error:  # SystemExit and the like would end the asking process
        return _error(Crashed(f"the call ended with {_told(error)}"))
    try:
        return pickled((value, None))
    except MemoryError:
        raise
    except Exception as error:
        return _error(Crashed(f"the value, a {type(value).__name__}, cannot be sent back: {_told(error)}"))


def _error(error: Exception) -> bytes:
    try:
        answer = pickled((None, error))
        pickle.loads(answer)
    except Exception:  # an exception of the call's own making may not be picklable, or not come back
        return pickle.dumps((None, Crashed(f"the call raised {_told(error)}")))
    return answer


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
