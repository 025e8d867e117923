"""What PyTorch says of gradients and of the graph that they need, in plain words. Pure data.

*Source:* the wordings of PyTorch 2.13; tests/checks/test_explanation.py provokes each.
"""

from autograder.checks.known_exception import known

GRADIENTS = (
    known(
        "no-graph",
        "RuntimeError",
        r"element \d{1,9} of tensors does not require grad and does not have a grad_fn",
        "The gradient was asked for of a result that has no graph: nothing that it was computed "
        "from requires grad, or the graph was cut off, for example by .item(), .detach(), a new "
        "tensor or no_grad().",
        is_cause=True,
    ),
    known(
        "does-not-require-grad",
        "RuntimeError",
        r"One of the differentiated Tensors does not require grad",
        "The gradient was asked for with respect to a tensor that does not require grad.",
    ),
    known(
        "not-in-the-graph",
        "RuntimeError",
        r"(?:One of the differentiated Tensors|The differentiated Tensor at index \d{1,9}) "
        r"appears to not have been used in the graph",
        "The gradient was asked for with respect to a tensor from which the result was not "
        "computed. A copy of a tensor is another tensor.",
    ),
    known(
        "not-a-scalar",
        "RuntimeError",
        r"grad can be implicitly created only for scalar outputs"
        r"|grad_and_value\(f\)\(\*args\): Expected f\(\*args\) to return a scalar",
        "A gradient starts from one number, and this result holds several. A loss is one number: "
        "a mean or a sum.",
        is_cause=True,
    ),
    known(
        "backward-twice",
        "RuntimeError",
        r"Trying to backward through the graph a second time",
        "A backward pass went a second time through a part of the graph that the first had used "
        "up. Every backward pass needs a forward pass of its own, and a sum of earlier losses "
        "leads back into theirs.",
    ),
    known(
        "leaf-in-place",
        "RuntimeError",
        r"a (?:view of a )?leaf Variable that requires grad is being used in an in-place operation",
        "A tensor that requires grad, such as a parameter, was changed in place while gradients "
        "were being recorded.",
    ),
    known(
        "changed-before-backward",
        "RuntimeError",
        r"one of the variables needed for gradient computation has been modified by an inplace",
        "The backward pass needs a tensor as the forward pass saw it, and it has been changed in "
        "place since. step() does that to parameters; so do +=, an assignment to x[…] and "
        "methods that end in _.",
    ),
    known(
        "flag-of-a-result",
        "RuntimeError",
        r"you can only change requires_grad flags of leaf variables",
        "requires_grad was set on a tensor that was computed from others. Such a tensor is cut "
        "off from its graph by detach(), not by its flag.",
    ),
    known(
        "inference-tensor",
        "RuntimeError",
        r"Inference tensors cannot be saved for backward|Inplace update to inference tensor outside"
        r"|Setting requires_grad=True on inference tensor outside",
        "A tensor that was made inside torch.inference_mode() was trained with or changed outside "
        "of it. Such tensors can never take part in training, a model that was moved inside "
        "included.",
    ),
    known(
        "numpy-of-a-graph",
        "RuntimeError",
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy cannot take a tensor that requires grad or carries a graph; it has to be detached "
        "first.",
        is_cause=True,
    ),
    known(
        "gradient-assigned",
        "RuntimeError TypeError",
        r"assigned grad expected to be a Tensor or None|attempting to assign a gradient of size ",
        ".grad may be None or a tensor of its parameter's own shape, and nothing else.",
    ),
    known(
        "number-differentiated",
        "ValueError TypeError RuntimeError",
        r"Thing passed to transform API must be Tensor|The (?:inputs|outputs of the user-provided "
        r"function) given to \w{1,20} must be either a Tensor"
        r"|grad_and_value\(f\)\(\*args\): Expected f\(\*args\) to return a Tensor",
        "PyTorch differentiates functions that take tensors and return tensors, and this one was "
        "given, or returned, something else.",
    ),
)
