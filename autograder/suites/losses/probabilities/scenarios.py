"""The public scenarios of ``probabilities``: data alone. Part of the kit."""

from autograder.model.exercise import Scenario

# A call is [task, samples, columns of the logits].
SCENARIOS = (
    Scenario("binary", {"calls": [["binary", 6, 1]]}),
    Scenario("multiclass", {"calls": [["multiclass", 6, 4]]}),
    Scenario("large_binary", {"calls": [["binary", 8, 1]], "large": True}),
    Scenario("large_multiclass", {"calls": [["multiclass", 8, 4]], "large": True}),
    Scenario("another_task", {"calls": [["ranking", 6, 1], ["binary", 6, 1]]}),
)
