"""Which misconception a function behaves like, by its behaviour alone; None rather than a guess.

A misconception explains a student when both have the same mismatches: the same leaves of the
observations are not as expected, and hold the same values. Several may explain a student equally
well: from clean gradients, no backward and no step leave the same parameters. Then the evidence
decides, which is the shape of the event trace and ``.grad`` after the call. Evidence names a
mistake; it never earns a point.

Where no misconception explains everything, three attempts follow, in this order: without the
scenarios that raised; two misconceptions side by side; a trace shape that only one of them has.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from autograder.checks.check import Check, run_checks
from autograder.checks.comparison import difference, paired_leaves
from autograder.checks.explanation import kind_of
from autograder.checks.mismatches import (
    KIND,
    Leaf,
    Mismatches,
    explains,
    find_mismatches,
    in_scenarios,
    include_a_wrong_value,
    kind_label,
    without_exception_texts,
)
from autograder.checks.trace_shape import (
    outlines,
    same_shapes,
    shows_a_mistake,
    shows_stages,
    trace_shapes,
)
from autograder.model.observation import Observation, ObservationResult, Raised, Value
from autograder.model.verdict import Outcome

_VALUE_NAME = re.compile(r"[.\[]")
# Addresses, and names of arguments of PyTorch's own functions: where no graph is recorded, a layer
# calls another function, whose arguments have other names.
_INCIDENTAL = re.compile(r"0x[0-9a-f]{1,16}|(?<= got )\w{1,40}(?= is on )|\(when checking .{1,200}")


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A misconception's observations on one exercise's scenarios.

    Attributes:
        id: Such as ``no-zero``, or ``naive-log.binary`` for one of several forms of a mistake.
        hint: One or two sentences naming the cause.
        seen: Scenario name → what was seen of the wrong implementation.
    """

    id: str
    hint: str
    seen: Mapping[str, ObservationResult]

    @property
    def name(self) -> str:
        """The mistake's name, whichever form it has: ``naive-log``."""
        return self.id.partition(".")[0]


# Each misconception with its own mismatches, by which it is known.
Candidates = list[tuple[LookAlike, Mismatches]]


def diagnose(
    actual: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
    look_alikes: tuple[LookAlike, ...],
    *,
    signatures: tuple[Mismatches, ...] | None = None,
    confirmed: Collection[str] = (),
    checks: Sequence[Check] = (),
) -> LookAlike | None:
    """The one misconception that explains every mismatch, under its plain name; or None.

    Args:
        actual: What the student's function showed.
        expected: What the reference showed.
        look_alikes: The misconceptions as observed.
        signatures: Their mismatches, where the caller has them already.
        confirmed: Names of mistakes that the student's own code is known to make. An exception
            alone is then enough to name one of them.
        checks: The exercise's checks. Of two mistakes side by side, the one that loses more points
            by them is named.
    """
    found = find_mismatches(actual, expected)
    if not found:
        return None
    signatures = signatures or tuple(find_mismatches(look.seen, expected) for look in look_alikes)
    is_idle = shows_stages(expected) and not shows_stages(actual)
    candidates = [
        (look, signature)
        for look, signature in zip(look_alikes, signatures, strict=True)
        # A function that does nothing leaves the same values as a mistake that undoes its own work.
        if not (is_idle and shows_stages(look.seen))
    ]
    finished = frozenset(name for name in expected if _finished(actual[name]))
    views = [(candidates, found)]
    if finished:
        # Where only some scenarios raise, which ones they are says more than the exception's text.
        views.append(
            (
                [(look, without_exception_texts(signature)) for look, signature in candidates],
                without_exception_texts(found),
            )
        )
        views.append(
            (
                [(look, in_scenarios(signature, finished)) for look, signature in candidates],
                in_scenarios(found, finished),
            )
        )
    runs = _RunComparison(
        actual, expected, candidates=candidates, found=found, confirmed=confirmed, checks=checks
    )
    named = _named(views, runs)
    return replace(named, id=named.name) if named else None


def _named(
    views: Sequence[tuple[Candidates, Mismatches]], runs: "_RunComparison"
) -> LookAlike | None:
    """The misconception that explains a view of the mismatches; earlier views come first."""
    for candidates, found in views:
        whole = [
            look
            for look, signature in candidates
            if found
            and explains(signature, found)
            and (runs.mostly_finished() or runs.raises_alike(look))
        ]
        if whole:
            return runs.choose(runs.credible(whole))
    for candidates, found in views:
        named = _two_side_by_side(candidates, found, runs)
        if named:
            return named
    return runs.only_one_with_this_shape()


def _single_mistake(looks: Sequence[LookAlike]) -> LookAlike | None:
    """The first, where all are forms of one mistake."""
    return looks[0] if len({look.name for look in looks}) == 1 else None


def _finished(seen: ObservationResult) -> bool:
    return isinstance(seen, Observation) and seen.raised is None


def _raised(seen: ObservationResult) -> Raised | None:
    return seen.raised if isinstance(seen, Observation) else None


# --- by what the runs looked like


class _RunComparison:
    """What the student's runs looked like, beside those of the misconceptions."""

    def __init__(
        self,
        actual: Mapping[str, ObservationResult],
        expected: Mapping[str, Observation],
        *,
        candidates: Candidates,
        found: Mismatches,
        confirmed: Collection[str],
        checks: Sequence[Check],
    ) -> None:
        self._actual = actual
        self._candidates = candidates
        self._found = found
        self._confirmed = confirmed
        self._checks = checks
        self._lost: dict[str, float] = {}
        self.expected = expected
        self._shapes = trace_shapes(actual, expected)
        self._raised = {
            name: kind_label(_raised(seen))
            for name, seen in actual.items()
            if _raised(seen) and not expected[name].raised
        }

    def raises_alike(self, *looks: LookAlike) -> bool:
        """Whether one of these raises the same kind of exception wherever the student does."""
        return all(
            any(kind_label(_raised(look.seen[name])) == kind for look in looks)
            for name, kind in self._raised.items()
        )

    def mostly_finished(self) -> bool:
        """Whether too few scenarios raised to count against what the others show."""
        return 2 * len(self._raised) < len(self.expected)

    def credible(self, looks: list[LookAlike]) -> list[LookAlike]:
        """Those of which more is known than a like exception: other mistakes end with that, too."""
        if include_a_wrong_value(self._found, self.expected) or not self._raised:
            return looks
        return [look for look in looks if self._is_the_cause(look)]

    def _is_the_cause(self, look: LookAlike) -> bool:
        """Whether the student's exceptions come from this mistake.

        They do where the student's code makes the mistake for certain, and where each exception
        says its own cause. They do as well where the same few scenarios raise in the same words
        and the event traces have the same shape.
        """
        if look.name in self._confirmed:
            return True
        same_words = all(
            _words(self._actual[name]) == _words(look.seen[name]) for name in self._raised
        )
        if self.mostly_finished() and same_shapes(
            trace_shapes(look.seen, self.expected), self._shapes
        ):
            return same_words
        kinds = [kind_of(raised) for n in self._raised if (raised := _raised(self._actual[n]))]
        return same_words and all(kind is not None and kind.is_cause for kind in kinds)

    def choose(self, looks: list[LookAlike]) -> LookAlike | None:
        """The mistake, of several that explain everything."""
        only = _single_mistake(looks)
        if only is None:
            return self.closest(looks) if looks else None
        # An update by hand may leave the values that a second optimizer leaves, but makes no step.
        theirs = outlines(trace_shapes(only.seen, self.expected))
        if same_shapes(theirs, outlines(self._shapes)):
            return only
        return self.only_one_with_this_shape() or only

    def closest(self, looks: Sequence[LookAlike]) -> LookAlike | None:
        """The one whose runs went as the student's, and left most of the same evidence."""
        shapes = {look.id: trace_shapes(look.seen, self.expected) for look in looks}
        own = self._shapes
        same = [look for look in looks if same_shapes(shapes[look.id], own)] or [
            look for look in looks if same_shapes(outlines(shapes[look.id]), outlines(own))
        ]
        scores = [self._agreeing_evidence(look) for look in same]
        return _single_mistake(
            [k for k, score in zip(same, scores, strict=True) if score == max(scores)]
        )

    def only_one_with_this_shape(self) -> LookAlike | None:
        """The one misconception with these trace shapes, if they alone show a mistake."""
        finished = {n: e for n, e in self.expected.items() if _finished(self._actual[n])}
        own = trace_shapes(self._actual, finished)
        if not shows_a_mistake(own, trace_shapes(finished, finished)):
            return None
        return _single_mistake(
            [
                look
                for look, _ in self._candidates
                if same_shapes(trace_shapes(look.seen, finished), own)
            ]
        )

    def lost_points(self, look: LookAlike) -> float:
        """What the mistake alone costs. Few are asked for, again and again, so it is kept."""
        if look.id not in self._lost:
            results = run_checks(self._checks, look.seen, self.expected)
            lost = [one.weight for one in results if one.outcome is not Outcome.PASSED]
            self._lost[look.id] = sum(lost)
        return self._lost[look.id]

    def _agreeing_evidence(self, look: LookAlike) -> int:
        return sum(
            difference(there, here) is None
            for name, seen in look.seen.items()
            for _, there, here in paired_leaves(_evidence(seen), _evidence(self._actual[name]))
        )


def _words(seen: ObservationResult) -> str:
    """The exception's text. Its numbers stay: on the same inputs, shapes and counts are a clue."""
    raised = _raised(seen)
    return _INCIDENTAL.sub("", raised.message) if raised else ""


def _evidence(seen: ObservationResult) -> dict[str, Value]:
    return dict(seen.evidence) if isinstance(seen, Observation) else {}


# --- two side by side


def _two_side_by_side(
    candidates: Candidates, found: Mismatches, runs: _RunComparison
) -> LookAlike | None:
    """The costlier one of two misconceptions that only together explain the student.

    Their leaves together are just the leaves that were found. In a leaf that only one of them has,
    the student's value is that one's. In a leaf of both, the two effects mix and no value is known.
    The hint names the other one as well, where all pairs agree on it.
    """
    agreement = _Agreement(found)
    parts = [(look, signature) for look, signature in candidates if signature.keys() < found.keys()]
    pairs = [
        sorted(
            (first, second),
            key=lambda part: (runs.lost_points(part[0]), _spoiled_values(part[1])),
            reverse=True,
        )
        for first, second in combinations(parts, 2)
        # Each is a part of what was found, so together they are all of it if they are as many.
        if len(first[1].keys() | second[1].keys()) == len(found)
        and agreement.holds(*first, besides=second[1])
        and agreement.holds(*second, besides=first[1])
        and (runs.mostly_finished() or runs.raises_alike(first[0], second[0]))
    ]
    if not all(include_a_wrong_value(part[1], runs.expected) for pair in pairs for part in pair):
        return None
    costliest = [first for (first, _), _ in pairs]
    named = _single_mistake(costliest) or (runs.closest(costliest) if pairs else None)
    if named is None:
        return None
    others = [other for (first, _), (other, _) in pairs if first.name == named.name]
    other = _single_mistake(others)
    if other is None or other.name == named.name:
        return named
    return replace(named, hint=f"{named.hint} And there is “{other.name}”: {other.hint}")


def _spoiled_values(signature: Mismatches) -> int:
    """How many values it spoils: a whole model's parameters are one, a number's type is none."""
    spoiled = {
        (scenario, _VALUE_NAME.split(path)[0])
        for scenario, path in signature
        if not path.endswith(KIND)
    }
    return len(spoiled)


class _Agreement:
    """Remembers which leaves of a look-alike hold what was found."""

    def __init__(self, found: Mismatches) -> None:
        self._found = found
        self._known: dict[tuple[str, Leaf], bool] = {}

    def holds(self, look: LookAlike, signature: Mismatches, *, besides: Mismatches) -> bool:
        """Whether the look-alike has leaves of its own, and all of them agree."""
        own = signature.keys() - besides.keys()
        return bool(own) and all(self._agrees(look.id, leaf, signature[leaf]) for leaf in own)

    def _agrees(self, name: str, leaf: Leaf, value: Value) -> bool:
        key = name, leaf
        if key not in self._known:
            self._known[key] = difference(self._found[leaf], value) is None
        return self._known[key]
