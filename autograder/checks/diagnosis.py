"""Which misconception a function behaves like, by its behaviour alone; None rather than a guess.

A *deviation* is a leaf of an observation that is not as expected. A misconception explains a
student when both deviate in the same leaves and hold the same values there. Where several explain
equally well (from clean gradients, no backward and no step leave the same parameters) the
evidence decides: the shape of the run and ``.grad`` after it. They name, they never earn.

Where none explains everything, in this order: what is left when the scenarios that raised are set
aside; two misconceptions side by side; a shape that only one misconception has.
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
from autograder.model.observation import Observation, ObservationResult, Value
from autograder.model.verdict import Outcome

_VALUE_NAME = re.compile(r"[.\[]")
# Addresses, and what PyTorch's functions call their arguments: a layer calls another one of them
# where no graph is recorded.
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


Signatures = list[tuple[LookAlike, Mismatches]]


def diagnose(
    actual: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
    look_alikes: tuple[LookAlike, ...],
    *,
    known: tuple[Mismatches, ...] | None = None,
    confirmed: Collection[str] = (),
    checks: Sequence[Check] = (),
) -> LookAlike | None:
    """The one misconception that explains every deviation, under its plain name; or None.

    Args:
        actual: What the student's function showed.
        expected: What the reference showed.
        look_alikes: The misconceptions as observed.
        known: Their mismatches, where the caller has them already.
        confirmed: Names of mistakes that the student's own code is known to make: then an
            exception is enough to show them.
        checks: The exercise's: of two mistakes that stand side by side, the one that loses more
            points by them is named.
    """
    named = _diagnose(
        actual, expected, look_alikes, known=known, confirmed=confirmed, checks=checks
    )
    return replace(named, id=named.name) if named else None


def _diagnose(
    actual: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
    look_alikes: tuple[LookAlike, ...],
    *,
    known: tuple[Mismatches, ...] | None,
    confirmed: Collection[str],
    checks: Sequence[Check],
) -> LookAlike | None:
    found = find_mismatches(actual, expected)
    if not found:
        return None
    known = known or tuple(find_mismatches(look.seen, expected) for look in look_alikes)
    idle = shows_stages(expected) and not shows_stages(actual)
    signatures = [
        (look, signature)
        for look, signature in zip(look_alikes, known, strict=True)
        # Who does nothing leaves what a mistake leaves that comes to nothing.
        if not (idle and shows_stages(look.seen))
    ]
    finished = frozenset(name for name in expected if _finished(actual[name]))
    views = [(signatures, found)]
    if finished:
        # Where only some scenarios raise, which ones they are says more than the exception's text.
        views.append((_texts_aside(signatures), without_exception_texts(found)))
        views.append((_restricted(signatures, finished), in_scenarios(found, finished)))
    runs = _RunComparison(
        actual, expected, signatures=signatures, found=found, confirmed=confirmed, checks=checks
    )
    for explanation, rest in views:
        whole = [look for look, signature in explanation if rest and explains(signature, rest)]
        whole = [look for look in whole if runs.mostly_finished() or runs.raises_alike(look)]
        if whole:
            return runs.decide(runs.tell(whole))
    for explanation, rest in views:
        named = _two_side_by_side(explanation, rest, runs)
        if named:
            return named
    return runs.only_one_like_it()


def _single_mistake(looks: Sequence[LookAlike]) -> LookAlike | None:
    """The first, where all are forms of one mistake."""
    return looks[0] if len({look.name for look in looks}) == 1 else None


def _finished(seen: ObservationResult) -> bool:
    return isinstance(seen, Observation) and seen.raised is None


def _texts_aside(signatures: Signatures) -> Signatures:
    return [(look, without_exception_texts(signature)) for look, signature in signatures]


def _restricted(signatures: Signatures, scenarios: frozenset[str]) -> Signatures:
    return [(look, in_scenarios(signature, scenarios)) for look, signature in signatures]


# --- by looks


class _RunComparison:
    """What the student's runs looked like, beside those of the misconceptions."""

    def __init__(
        self,
        actual: Mapping[str, ObservationResult],
        expected: Mapping[str, Observation],
        *,
        signatures: Signatures,
        found: Mismatches,
        confirmed: Collection[str],
        checks: Sequence[Check],
    ) -> None:
        self._actual = actual
        self._signatures = signatures
        self._found = found
        self._confirmed = confirmed
        self._checks = checks
        self._lost: dict[str, float] = {}
        self.expected = expected
        self._shapes = trace_shapes(actual, expected)
        self._raised = {
            name: kind_label(seen.raised)
            for name, seen in actual.items()
            if isinstance(seen, Observation) and seen.raised and not expected[name].raised
        }

    def raises_alike(self, *looks: LookAlike) -> bool:
        """Whether one of these raises the same kind of exception wherever the student does."""
        return all(
            any(_kind_there(look.seen[name]) == kind for look in looks)
            for name, kind in self._raised.items()
        )

    def mostly_finished(self) -> bool:
        """Whether so much was seen that a few exceptions of another origin change nothing."""
        return 2 * len(self._raised) < len(self.expected)

    def tell(self, candidates: list[LookAlike]) -> list[LookAlike]:
        """Those that are more than a like exception, with which other mistakes end as well."""
        if include_a_wrong_value(self._found, self.expected) or not self._raised:
            return candidates
        return [look for look in candidates if self._is_the_cause(look)]

    def _is_the_cause(self, look: LookAlike) -> bool:
        """Whether the exceptions say the mistake themselves, or the student's code does.

        So do those with the same words in the same few scenarios, while all else went well.
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
        return same_words and all(_says_its_cause(self._actual[name]) for name in self._raised)

    def decide(self, candidates: list[LookAlike]) -> LookAlike | None:
        """Which of several that explain everything it is."""
        only = _single_mistake(candidates)
        if only or not candidates:
            return only and self._unless_it_looks_otherwise(only)
        return self.closest(candidates)

    def closest(self, candidates: Sequence[LookAlike]) -> LookAlike | None:
        """The one whose runs went as the student's, and left most of the same evidence."""
        shapes = {look.id: trace_shapes(look.seen, self.expected) for look in candidates}
        own = self._shapes
        same = [look for look in candidates if same_shapes(shapes[look.id], own)] or [
            look for look in candidates if same_shapes(outlines(shapes[look.id]), outlines(own))
        ]
        scores = [self._agreeing_evidence(look) for look in same]
        return _single_mistake(
            [k for k, score in zip(same, scores, strict=True) if score == max(scores)]
        )

    def only_one_like_it(self) -> LookAlike | None:
        """The one misconception with these trace shapes, if they show a mistake of their own."""
        finished = {n: e for n, e in self.expected.items() if _finished(self._actual[n])}
        own = trace_shapes(self._actual, finished)
        if not shows_a_mistake(own, trace_shapes(finished, finished)):
            return None
        known = (look for look, _ in self._signatures)
        return _single_mistake(
            [look for look in known if same_shapes(trace_shapes(look.seen, finished), own)]
        )

    def lost_points(self, look: LookAlike) -> float:
        """What the mistake alone costs; asked for few, and each time for the same ones."""
        if look.id not in self._lost:
            results = run_checks(self._checks, look.seen, self.expected)
            lost = [one.weight for one in results if one.outcome is not Outcome.PASSED]
            self._lost[look.id] = sum(lost)
        return self._lost[look.id]

    def _unless_it_looks_otherwise(self, candidate: LookAlike) -> LookAlike | None:
        """An update by hand may leave what a new optimizer leaves, but nobody stepped."""
        theirs = outlines(trace_shapes(candidate.seen, self.expected))
        if same_shapes(theirs, outlines(self._shapes)):
            return candidate
        return self.only_one_like_it() or candidate

    def _agreeing_evidence(self, look: LookAlike) -> int:
        return sum(
            difference(there, here) is None
            for name, seen in look.seen.items()
            for _, there, here in paired_leaves(_evidence(seen), _evidence(self._actual[name]))
        )


def _kind_there(seen: ObservationResult) -> str | None:
    return kind_label(seen.raised) if isinstance(seen, Observation) else None


def _says_its_cause(seen: ObservationResult) -> bool:
    kind = kind_of(seen.raised) if isinstance(seen, Observation) and seen.raised else None
    return kind is not None and kind.is_cause


def _words(seen: ObservationResult) -> str:
    """What its exception says, numbers included: on the same inputs they say what met what."""
    raised = seen.raised if isinstance(seen, Observation) else None
    return _INCIDENTAL.sub("", raised.message) if raised else ""


def _evidence(seen: ObservationResult) -> dict[str, Value]:
    return dict(seen.evidence) if isinstance(seen, Observation) else {}


# --- two side by side


def _two_side_by_side(
    signatures: Signatures, found: Mismatches, runs: _RunComparison
) -> LookAlike | None:
    """Where two misconceptions stand side by side, the one that costs more.

    Together they deviate in just the leaves that were found. Where only one of them does, the
    value is its own; where both do, theirs mix and no value is known. The other one stands in the
    hint, where no other pair will do.
    """
    agreement = _Agreement(found)
    parts = [(look, signature) for look, signature in signatures if signature.keys() < found.keys()]
    pairs = [
        sorted(
            (first, second),
            key=lambda part: (runs.lost_points(part[0]), _spoiled_values(part[1])),
            reverse=True,
        )
        for first, second in combinations(parts, 2)
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
