"""Networks in files: what is written comes back, the architecture from the weights, and nothing is unpickled."""

import pytest

import symadv as sa
from symadv.language.errors import SymadvError

torch = pytest.importorskip("torch")
nn = torch.nn


def stack(*layers):
    torch.manual_seed(0)
    return nn.Sequential(*layers)


NET = lambda: stack(nn.Linear(2, 5), nn.ReLU(), nn.Linear(5, 3), nn.ReLU(), nn.Linear(3, 2))


@pytest.fixture(autouse=True)
def _seed():
    with torch.random.fork_rng(devices=[]):
        yield


@pytest.mark.parametrize("name", ["net.safetensors", "net.pt", "net.pth"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_what_is_written_comes_back(tmp_path, name, dtype):
    if name.endswith("safetensors"):
        pytest.importorskip("safetensors")
    net = NET().to(dtype)
    sa.save_network(net, tmp_path / name)
    again = sa.load_network(tmp_path / name)
    assert [type(a) for a in net] == [type(a) for a in again] and not again.training
    assert all(torch.equal(a, b) and a.dtype == b.dtype for a, b in zip(net.parameters(), again.parameters()))


@pytest.mark.parametrize(
    "layers",
    [
        (nn.Linear(2, 3), nn.Linear(3, 2)),
        (nn.ReLU(), nn.Linear(2, 2), nn.ReLU()),
        (nn.Linear(2, 4, bias=False), nn.ReLU(), nn.ReLU(), nn.Linear(4, 2)),
    ],
)
def test_metadata_say_where_the_relus_are(tmp_path, layers):
    pytest.importorskip("safetensors")
    net = stack(*layers)
    sa.save_network(net, tmp_path / "net.safetensors")
    again = sa.load_network(tmp_path / "net.safetensors")
    assert [type(a) for a in net] == [type(a) for a in again]
    x = torch.randn(50, 2)
    assert torch.equal(net(x), again(x))


def test_state_dicts_and_safetensors_of_others(tmp_path):
    library = pytest.importorskip("safetensors.torch")
    net = NET()
    named = {f"fc{k + 1}.{part}": tensor for k in range(3) for part, tensor in net[2 * k].state_dict().items()}
    torch.save(named, tmp_path / "named.pt")
    library.save_file(named, tmp_path / "named.safetensors")
    torch.save(net.state_dict(), tmp_path / "plain.pt")
    x = torch.randn(50, 2)
    for name in ("named.pt", "named.safetensors", "plain.pt"):
        assert torch.equal(sa.load_network(tmp_path / name)(x), net(x))


def test_layer_ten_comes_after_layer_two(tmp_path):
    wide = stack(*(layer for _ in range(6) for layer in (nn.Linear(2, 2), nn.ReLU())), nn.Linear(2, 2))
    sa.save_network(wide, tmp_path / "deep.pt")
    x = torch.randn(50, 2)
    assert torch.equal(sa.load_network(tmp_path / "deep.pt")(x), wide(x))


class Evil:
    def __reduce__(self):
        return exec, ("import pathlib; pathlib.Path('ran').write_text('')",)


def test_pickled_code_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(NET(), "module.pt")
    torch.save({"0.weight": Evil()}, "evil.pt")
    for name in ("module.pt", "evil.pt"):
        with pytest.raises(SymadvError, match=r"pickled module is refused.*state_dict"):
            sa.load_network(name)
    assert not (tmp_path / "ran").exists()


def write(path, content):
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    return path


w = torch.zeros


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pt", b"hello", "cannot be read"),
        ("a.pt", b"", "cannot be read"),
        ("a.safetensors", b"hello", "no safetensors file"),
        ("a.safetensors", b"\xff" * 64, "no safetensors file"),
        ("a.onnx", b"", r"wanted a file that ends in \.safetensors"),
        ("a.pt", [1, 2], "holds a list"),
        ("a.pt", {"0.weight": 3}, "holds a dict"),
        ("a.pt", {}, "no weights"),
        ("a.pt", {"0.weight": w(4, 3, 2, 2)}, r"'0.weight' of the shape \(4, 3, 2, 2\)"),
        ("a.pt", {"0.running_mean": w(4)}, "running_mean"),
        ("a.pt", {"0.weight": w(4, 2, dtype=torch.int64)}, "int64"),
        ("a.pt", {"0.bias": w(4)}, "a bias and no weight"),
        ("a.pt", {"0.weight": w(4, 2), "0.bias": w(3)}, "do not fit"),
        ("a.pt", {"0.weight": w(4, 2), "2.weight": w(2, 5)}, "4 outputs and the next one, '2', 5 inputs"),
        ("a.pt", {"0.weight": w(4, 2), "1.weight": w(2, 4)}, "follow each other directly"),
    ],
)
def test_other_files_are_refused_with_a_reason(tmp_path, name, content, message):
    if name.endswith("safetensors"):
        pytest.importorskip("safetensors")
    with pytest.raises(SymadvError, match=message):
        sa.load_network(write(tmp_path / name, content))


def test_metadata_that_contradict_the_weights_are_refused(tmp_path):
    library = pytest.importorskip("safetensors.torch")
    for told, message in (
        ('["Linear"]', "speak of the layers"),
        ('["Tanh", "Linear", "Linear"]', "speak"),
        ("{", "JSON"),
    ):
        library.save_file(
            {"0.weight": w(4, 2), "2.weight": w(2, 4)}, tmp_path / "a.safetensors", metadata={"layers": told}
        )
        with pytest.raises(SymadvError, match=message):
            sa.load_network(tmp_path / "a.safetensors")


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(SymadvError, match="no file"):
        sa.load_network(tmp_path / "nothing.pt")
    with pytest.raises(SymadvError, match="GELU"):
        sa.save_network(stack(nn.Linear(2, 2), nn.GELU()), tmp_path / "a.pt")
    with pytest.raises(SymadvError, match="got a Linear"):
        sa.save_network(nn.Linear(2, 2), tmp_path / "a.pt")
    with pytest.raises(SymadvError, match="ends in"):
        sa.save_network(NET(), tmp_path / "a.bin")
    with pytest.raises(SymadvError, match="cannot write"):
        sa.save_network(NET(), tmp_path / "no" / "a.pt")
