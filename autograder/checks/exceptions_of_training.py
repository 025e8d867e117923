"""What PyTorch says of criteria, modules and optimizers, in plain words. Pure data.

*Source:* the wordings of PyTorch 2.13; tests/checks/test_explanation.py provokes each.
"""

from autograder.checks.known_exception import known

CRITERIA = (
    known(
        "batch-sizes",
        "ValueError",
        r"Expected input batch_size \(\d{1,20}\) to match target batch_size \(",
        "The criterion got predictions and targets that differ in their first dimension: each "
        "row of predictions needs one target.",
    ),
    known(
        "target-shape",
        "ValueError",
        r"Target size \(torch\.Size\(|Using a target size \(torch\.Size\(",
        "The criterion got predictions and targets of different shapes and wants equal ones: "
        "(N, 1) and (N,) are not equal.",
        is_cause=True,
    ),
    known(
        "class-shape",
        "RuntimeError ValueError",
        r"0D or 1D target tensor expected, multi-target not supported"
        r"|For 1D input, 1D target must have size 1",
        "Cross entropy (like NLLLoss) wants logits of shape (N, C) and one class number for each "
        "row, targets of shape (N,); one of the two has another shape.",
    ),
    known(
        "class-dtype",
        "RuntimeError",
        r"expected target dtype to be Long or Byte, but got",
        "Cross entropy (like NLLLoss) wants class numbers, as int64; these targets have another "
        "dtype.",
        is_cause=True,
    ),
    known(
        "class-probabilities",
        "RuntimeError",
        r"Expected floating point type for target with class probabilities",
        "Targets of the same shape as the logits are probabilities of the classes to cross "
        "entropy, and have to be floats. Class numbers have shape (N,), logits (N, C).",
    ),
    known(
        "class-number",
        "IndexError",
        r"Target -?\d{1,20} is out of bounds",
        "A class number is not among those that the logits have: with C columns these are 0 to "
        "C - 1.",
    ),
    known(
        "not-probabilities",
        "RuntimeError",
        r"all elements of input should be between 0 and 1",
        "BCELoss wants probabilities between 0 and 1 and got other numbers. Raw outputs (logits) "
        "are none.",
        is_cause=True,
    ),
    known(
        "batch-norm-of-one",
        "ValueError",
        r"Expected more than 1 value per channel when training",
        "Batch norm in training mode cannot work with a single sample.",
        is_cause=True,
    ),
)

MODULES = (
    known(
        "no-forward",
        "NotImplementedError",
        r"Module \[.{1,100}\] is missing the required \"forward\" function",
        "The class has no method that is called forward: it is missing, misspelt, or indented "
        "into another one.",
        is_cause=True,
    ),
    known(
        "no-super-init",
        "AttributeError",
        r"cannot assign (?:module|parameters|buffer) before Module\.__init__\(\) call"
        r"|'.{1,100}' object has no attribute '_(?:parameters|buffers|modules|(?:back|for)ward"
        r"(?:_pre)?_hooks)'",
        "super().__init__() has not been called, or not before the first layer is assigned: "
        "nn.Module has to be set up first.",
        is_cause=True,
    ),
    known(
        "no-layer",
        "TypeError",
        r"[\w.]{1,100} is not a Module subclass",
        "One of the layers is not a layer but a list of layers, or a class instead of an object of "
        "it: nn.ReLU instead of nn.ReLU().",
    ),
    known(
        "parameter-replaced",
        "TypeError",
        r"cannot assign '.{1,100}' as (?:parameter|child module) '",
        "A parameter or a layer of a module was replaced by something of another kind.",
    ),
    known(
        "state-dict",
        "RuntimeError",
        r"Error\(s\) in loading state_dict for ",
        "The names or shapes in the state_dict are not those of this model.",
    ),
    known(
        "no-parameters",
        "ValueError",
        r"optimizer got an empty parameter list",
        "The optimizer got no parameters: the model has none that are registered (layers in a "
        "plain list are not), or the iterator had been used up before.",
    ),
    known(
        "not-parameters",
        "TypeError ValueError",
        r"params argument given to the optimizer should be|can't optimize a non-leaf Tensor"
        r"|optimizer can only optimize Tensors",
        "The optimizer was given something other than a model's parameters.",
    ),
)
