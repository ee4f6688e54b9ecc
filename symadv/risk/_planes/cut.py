"""Decision edges cut where curved borders of true labels cross them, and these borders cut where edges do.

Away from short zones around crossings the types that touch a part of an edge or of an arc are certain.  In a zone there
may be any type of those that lie around it: where the parts that end in it touch them all, nothing is in doubt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from symadv.geometry.polygons import ULP, Bools, Floats, Ints
from symadv.risk._planes.borders import Borders
from symadv.risk._planes.curves import Curves, straight
from symadv.risk._planes.parts import SMALL, Part, Sure, Touching, bow, middles
from symadv.risk._planes.reach import Pieces
from symadv.risk._planes.states import States
from symadv.risk._planes.zones import meetings, merged, turning

TANGENT, CROSSING = 0, 1


@dataclass(frozen=True)
class Link:
    """A part of an arc and what touches it, (types,)."""

    part: Part
    touched: Ints


@dataclass(frozen=True, eq=False)
class Cut:
    """Pieces in the coordinates of a frame, those whose types are in ``doubt``, and links of arcs with sure types."""

    pieces: Pieces
    doubt: Bools
    links: tuple[Link, ...]


@dataclass(eq=False)
class Cutter:
    """Pieces of one reading with types of states, and borders of one plane, in the coordinates of a frame.

    ``sides``: those of the chart, as curves; ``edges``: directions that split arcs, (k, 2); ``said``: what is said at
    points of the frame (an index, or ``NOWHERE``), and on which sides of the lines they are.
    """

    pieces: Pieces
    borders: Borders
    states: States
    sides: Curves
    edges: Floats
    said: Callable[[Floats], tuple[Ints, Ints, Ints, Bools]]
    _zones: dict[tuple[str, int], list[tuple[float, float, int]]] = field(default_factory=dict)
    _met: dict[tuple[str, int], list[tuple[float, float, int]]] = field(default_factory=dict)  # with which form
    _hit: set[int] = field(default_factory=set)

    def cut(self) -> Cut:
        """Everything cut."""
        arcs = self.borders.arcs
        ends = np.sort(self.pieces.ends[:, :, 0], axis=1)
        self.long = np.flatnonzero(ends[:, 1] > ends[:, 0])
        none = np.full(len(self.long), -1)
        self.segments = straight(self.pieces.ends[self.long], self.pieces.error[self.long], none, none * 0)
        self._look(arcs)
        nodes = np.where(np.isin(self.borders.nodes, self.borders.box_node[sorted(self._hit)]), -1, self.borders.nodes)
        free_arcs, arc_zones = self._parts("arc", arcs, nodes)
        free_segments, segment_zones = self._parts("segment", self.segments, np.full((len(self.segments), 2), -1))
        touched = self._along_arcs(arcs, free_arcs)
        expanded = self._along_segments(free_segments)
        known = [bool(row.any()) for row in touched]
        chords = self._tangents(arcs, arc_zones, free_arcs, touched)
        sure = Sure(
            [(arcs, p) for p, k in zip(free_arcs, known, strict=True) if k]
            + [(self.segments, p) for p in free_segments]
            + [(arcs, zone) for zone, _ in chords],
            np.concatenate([touched[known], expanded, *(own[None] for _, own in chords)]),
        )
        found = [
            self._piece(self.segments, p, t, float(self.segments.error[p.curve]))
            for p, t in zip(free_segments, expanded, strict=True)
        ]
        points, unsure = self._points()
        found += points
        links = tuple(Link(p, t) for p, t, k in zip(free_arcs, touched, known, strict=True) if k)
        found += [self._piece(arcs, zone, own, bow(arcs, zone)) for zone, own in chords]
        certain, doubtful = self._crossings(arcs, arc_zones, segment_zones, sure)
        found += certain
        doubtful += unsure + self._left()
        every = [*found, *doubtful]
        pieces = Pieces(
            np.array([e for e, _, _ in every]).reshape(-1, 2, 2),
            np.array([e for _, e, _ in every]),
            np.array([t for _, _, t in every], dtype=np.int64).reshape(-1, self.states.width),
            np.ones(len(every)),
        )
        return Cut(pieces, np.arange(len(every)) >= len(found), links)

    def _zone(self, what: str, curve: int, low: float, high: float, kind: int, form: int) -> None:
        self._zones.setdefault((what, curve), []).append((low, high, kind))
        if form >= 0:
            self._met.setdefault((what, curve), []).append((low, high, form))

    def _look(self, arcs: Curves) -> None:
        form = self.borders.form
        for i, j, (a, b) in zip(*map(np.ndarray.tolist, meetings(arcs, self.segments)), strict=True):
            self._zone("arc", i, a, b, CROSSING, -1)
            self._zone("segment", j, a, b, CROSSING, int(form[i]))
        for i, _, (a, b) in zip(*map(np.ndarray.tolist, meetings(arcs, self.sides)), strict=True):
            self._zone("arc", i, a, b, CROSSING, -1)
        others = form[:, None] < form
        for i, j, (a, b) in zip(*map(np.ndarray.tolist, meetings(arcs, arcs, others)), strict=True):
            self._zone("arc", i, a, b, CROSSING, int(form[j]))
            self._zone("arc", j, a, b, CROSSING, int(form[i]))
        for way in self.edges:
            for i, (a, b) in zip(*map(np.ndarray.tolist, turning(arcs, way, self.borders.turn)), strict=True):
                self._zone("arc", i, a, b, TANGENT, -1)
        for k, (a, b, low, high) in enumerate(self.borders.boxes.tolist()):
            own = int(self.borders.box_form[k])
            for what, curves in (("segment", self.segments), ("arc", arcs)):
                over = (curves.left <= b) & (curves.right >= a)
                if what == "arc":
                    over &= form != own
                for i in np.flatnonzero(over).tolist():
                    one = curves.take(np.array([i]))
                    ends = [float(one.at(np.array([s]))[0]) for s in (max(a, one.left[0]), min(b, one.right[0]))]
                    slack = 1e-12 + float(one.error[0]) * 64
                    if min(ends) <= high + slack and max(ends) >= low - slack:
                        self._hit.add(k)
                        self._zone(what, i, max(a, float(one.left[0])), min(b, float(one.right[0])), CROSSING, own)

    def _parts(self, what: str, curves: Curves, nodes: Ints) -> tuple[list[Part], list[Part]]:
        """The parts of curves between zones, and the zones; those of crossings first."""
        free = [
            Part(k, low, high, (int(nodes[k, 0]), int(nodes[k, 1])))
            for k, (low, high) in enumerate(zip(curves.left.tolist(), curves.right.tolist(), strict=True))
        ]
        zones: list[Part] = []
        for kind in (CROSSING, TANGENT):
            whole, free = free, []
            for part in whole:
                own = [(a, b) for a, b, k in self._zones.get((what, part.curve), []) if k == kind]
                at, node = part.low, part.nodes[0]
                for low, high in merged(
                    [(max(a, at), min(b, part.high)) for a, b in own if a <= part.high and b >= at]
                ):
                    if low > at:
                        free.append(part._replace(low=at, high=low, nodes=(node, -1)))
                    zones.append(Part(part.curve, low, high, (-1, -1), kind))
                    at, node = high, -1
                if at < part.high:
                    free.append(part._replace(low=at, nodes=(node, part.nodes[1])))
        return free, zones

    def _along_arcs(self, arcs: Curves, parts: Sequence[Part]) -> Ints:
        """What touches parts of arcs, (n, types); nothing where no true label changes, and beyond the chart."""
        label, lines, signs, inside = self.said(middles(arcs, parts))
        form = self.borders.form[[p.curve for p in parts]]
        rows, found, true = np.arange(len(parts)), [], []
        for side in (1, -1):
            own = signs.copy()
            own[rows, form] = side
            true.append(self.states.true(lines, own))
            found.append(self.states.types(label, true[-1]))
        matters = inside & (true[0] != true[1])
        touched = np.maximum(*found) * (matters & self.states.boxed(lines))[:, None]
        return np.asarray(touched)

    def _along_segments(self, parts: Sequence[Part]) -> Ints:
        _, _, signs, _ = self.said(middles(self.segments, parts))
        return self.states.expanded(self.pieces.touched[self.long[[p.curve for p in parts]]], signs)

    def _piece(self, curves: Curves, part: Part, touched: Ints, error: float) -> Touching:
        one = curves.take(np.array([part.curve]))
        ends = np.array([[s, float(one.at(np.array([s]))[0])] for s in (part.low, part.high)])
        return ends, error + 8 * ULP * (1 + float(np.abs(ends).max())), touched

    def _points(self) -> tuple[list[Touching], list[Touching]]:
        """Pieces that are points: those whose types are certain, and those that may be on a border."""
        rows = np.setdiff1d(np.arange(len(self.pieces)), self.long)
        _, _, signs, _ = self.said(self.pieces.ends[rows, 0])
        touched = self.states.expanded(self.pieces.touched[rows], signs)
        found: tuple[list[Touching], list[Touching]] = ([], [])
        for k, own, sides in zip(rows.tolist(), touched, signs, strict=True):
            ends, error = self.pieces.ends[k], float(self.pieces.error[k])
            found[0].append((ends, error, own))
            if not sides.all():
                found[1].append((ends, error, self._possible(self.pieces.touched[k][None], sides, set())))
        return found

    def _tangents(
        self, arcs: Curves, zones: Sequence[Part], parts: Sequence[Part], touched: Ints
    ) -> list[tuple[Part, Ints]]:
        """Zones in which only the direction is in doubt: what touches the parts next to them."""
        beside: dict[tuple[int, float], Ints] = {}
        for part, row in zip(parts, touched, strict=True):
            beside[part.curve, part.low] = beside[part.curve, part.high] = row
        found = []
        for zone in zones:
            if zone.kind == TANGENT:
                own = beside.get((zone.curve, zone.low), beside.get((zone.curve, zone.high)))
                own = self._along_arcs(arcs, [zone])[0] if own is None else own
                if own.any():
                    found.append((zone, own))
        return found

    def _crossings(
        self, arcs: Curves, arc_zones: Sequence[Part], segment_zones: Sequence[Part], sure: Sure
    ) -> tuple[list[Touching], list[Touching]]:
        """Zones with what surely touches parts that end in them, and with what else may touch them."""
        certain, doubtful = [], []
        for what, curves, zones in (("arc", arcs, arc_zones), ("segment", self.segments, segment_zones)):
            own = [z for z in zones if z.kind == CROSSING]
            label, lines, signs, _ = self.said(middles(curves, own))
            for k, zone in enumerate(own):
                met = {f for a, b, f in self._met.get((what, zone.curve), []) if a <= zone.high and b >= zone.low}
                if what == "arc":
                    if not met:
                        continue  # a segment crosses it, on which there is a zone, too
                    met.add(int(self.borders.form[zone.curve]))
                    touched = self.states.before(label[k : k + 1], lines[k : k + 1])
                else:
                    touched = self.pieces.touched[self.long[zone.curve]][None]
                around, away = sure.around(curves, zone)
                possible, error = self._possible(touched, signs[k], met), bow(curves, zone) + away
                middle = (zone.low + zone.high) / 2
                certain.append(self._piece(curves, zone._replace(low=middle, high=middle), around, error))
                if (possible > around).any():
                    doubtful.append(self._piece(curves, zone, possible * (around == 0), error + SMALL))
        return certain, doubtful

    def _left(self) -> list[Touching]:
        """Boxes through which no single curve passes that nothing else crosses."""
        found = []
        for k, (a, b, low, high) in enumerate(self.borders.boxes.tolist()):
            if self.through(k):
                continue
            corners = np.array([(a, low), (a, high), (b, low), (b, high), ((a + b) / 2, (low + high) / 2)])
            label, lines, signs, inside = self.said(corners)
            if not inside.any():
                continue
            touched = self.states.before(label, lines).max(axis=0)[None]
            for i in np.flatnonzero((self.segments.left <= b) & (self.segments.right >= a)).tolist():
                heights = self.segments.take(np.array([i])).at(np.array([[a], [b]]))
                if heights.min() <= high + 1e-9 and heights.max() >= low - 1e-9:
                    touched = np.maximum(touched, self.pieces.touched[self.long[i]])
            met = {int(self.borders.box_form[k]), *np.flatnonzero((signs != signs[0]).any(axis=0)).tolist()}
            ends = np.array([(a, low), (b, high)])
            found.append((ends, high - low + b - a, self._possible(touched, signs[4], met)))
        return found

    def through(self, box: int) -> bool:
        """Whether one curve passes through a box, and nothing else does."""
        return bool(self.borders.through[box]) and box not in self._hit

    def _possible(self, touched: Ints, signs: Ints, met: set[int]) -> Ints:
        """The types of all combinations of signs of some forms; of the others the signs are given, or unknown (0)."""
        open_ = sorted(met | set(np.flatnonzero(signs == 0).tolist()))
        found = np.zeros(self.states.width, dtype=np.int64)
        for sides in product((1, -1), repeat=len(open_)):
            own = signs.copy()
            own[open_] = sides
            found = np.maximum(found, self.states.expanded(touched, own[None])[0])
        return found
