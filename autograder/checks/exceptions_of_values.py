"""What Python says of values of the wrong kind, in plain words. Pure data.

Where several fit, the first counts: None is recognised before other kinds.

*Source:* the wordings of Python 3.11 and PyTorch 2.13; tests/checks/test_explanation.py provokes
each.
"""

from autograder.checks.known_exception import known

_NUMBER = "(?:float|int|bool)"
_STREAM = r"(?:generator|map|zip|filter|enumerate|\w{1,40}_iterator|\w{0,40}Stream|DataLoader)"

_LAYER = "(?:Linear|Sequential|ReLU|Tanh|Sigmoid|Softmax|Dropout|BatchNorm1d)"
_OPTIMIZER = "(?:SGD|Adam|AdamW|RMSprop|Adagrad)"
_FUNCTION = "(?:function|method|builtin_function_or_method|type)"

KINDS_OF_VALUES = (
    known(
        "none",
        "AttributeError TypeError RuntimeError",
        r"'NoneType' object |cannot unpack non-iterable NoneType object"
        r"|object of type 'NoneType' has no len|Could not infer dtype of NoneType"
        r"|unsupported operand type\(s\) for .{1,20}: (?:'NoneType'|'.{1,60}' and 'NoneType')"
        r"|'.{1,3}' not supported between instances of (?:'NoneType'|'.{1,60}' and 'NoneType')"
        r"|\w{1,60}\(\): argument '\w{1,40}' .{0,20}must be Tensor, not NoneType"
        r"|(?:float|int)\(\) argument must be .{1,60} not 'NoneType'",
        "Something is None where a value was expected. A function without a `return` gives None, "
        "so do backward() and step(), and .grad is None before a backward pass.",
    ),
    known(
        "number-backward",
        "AttributeError",
        rf"'{_NUMBER}' object has no attribute 'backward'",
        "backward() was called on a Python number. .item() and float() take the number out of a "
        "tensor and leave the graph behind.",
        is_cause=True,
    ),
    known(
        "number-as-tensor",
        "AttributeError",
        rf"'{_NUMBER}' object has no attribute '",
        "A plain Python number was used as if it were a tensor or another object.",
    ),
    known(
        "any-iterable",
        "AttributeError TypeError",
        rf"'{_STREAM}' object (?:has no attribute '|is not subscriptable)"
        rf"|object of type '{_STREAM}' has no len\(\)"
        r"|'(?:list|tuple)' object has no attribute '(?:dataset|batch_size)'",
        "All that a loop needs is an iterable: a generator has no length, no numbered items and no "
        "dataset. Any iterable may be given as a loader or as batches.",
        is_cause=True,
    ),
    known(
        "call-forgotten",
        "TypeError AttributeError",
        rf"'{_FUNCTION}' object (?:is not (?:iterable|subscriptable)|has no attribute '"
        r"|does not support the context manager protocol)"
        rf"|unsupported operand type\(s\) for .{{1,20}}: (?:'.{{1,60}}' and )?'{_FUNCTION}'",
        "A function, a method or a class was used where the result of calling it is needed: are "
        "its parentheses missing?",
    ),
    known(
        "layer-not-called",
        "TypeError",
        r"\w{1,60}\(\): argument '\w{1,40}' (?:\(position \d{1,2}\) )?must be Tensor, not "
        rf"{_LAYER}",
        "A layer itself was used where its result is needed. It is made once, as in "
        "act = nn.ReLU(), and then called with the data, as in act(x).",
    ),
    known(
        "optimizer-called",
        "TypeError",
        rf"'{_OPTIMIZER}' object is not callable",
        "An optimizer was called as if it were a function: optimizer.step() makes the update. Or "
        "the arguments are in another order than in the statement.",
    ),
    known(
        "not-callable",
        "TypeError",
        r"'.{1,100}' object is not callable",
        "Something that is not a function was called: perhaps an attribute such as x.shape, a name "
        "given to a value, or an argument at another position than in the statement.",
    ),
    known(
        "array-as-tensor",
        "AttributeError",
        r"'numpy\.\w{1,40}' object has no attribute '",
        "A NumPy array or number was used as if it were a tensor.",
    ),
    known(
        "attribute-of-tensor",
        "AttributeError",
        r"'(?:Tensor|Parameter)' object has no attribute '",
        "Tensors have no attribute or method of that name: it is misspelt, or it belongs to "
        "something else, such as a NumPy array or a list.",
    ),
    known(
        "device-by-name",
        "AttributeError",
        r"'str' object has no attribute '(?:type|index)'",
        "A text was used as if it were a torch.device. A device may be given by its name, such as "
        '"cpu"; torch.device(name) makes one of it.',
        is_cause=True,
    ),
    known(
        "attribute",
        "AttributeError",
        r"(?:'.{1,100}' object|module '[\w.]{1,100}'|type object '.{1,100}') has no attribute '",
        "Something has no attribute or method of that name: it is misspelt, was never assigned, "
        "or belongs to another kind of object.",
    ),
    known(
        "not-iterable",
        "TypeError",
        r"'.{1,100}' object is not iterable|cannot unpack non-iterable "
        r"|object of type '.{1,100}' has no len\(\)",
        "Something without items was iterated over, unpacked or counted by len().",
    ),
    known(
        "not-subscriptable",
        "TypeError",
        r"'.{1,100}' object is not subscriptable",
        "Something was indexed that has no numbered items.",
    ),
    known(
        "unpacked",
        "ValueError",
        r"(?:not enough|too many) values to unpack \(expected \d",
        "There are more or fewer names on the left of = than values on its right.",
    ),
    known(
        "operands",
        "TypeError",
        r"unsupported operand type\(s\) for |can only concatenate "
        r"|can't multiply sequence by non-int"
        r"|'.{1,3}' not supported between instances of ",
        "An operator such as + or < was used on two kinds of values that it cannot combine.",
    ),
    known(
        "not-a-tensor",
        "TypeError",
        r"\w{1,60}\(\): argument '\w{1,40}' (?:\(position \d{1,2}\) )?must be Tensor, not "
        r"|expected Tensor as element \d{1,9} in argument \d",
        "A function of PyTorch wants a tensor and got something else, such as a number, a list or "
        "a NumPy array.",
    ),
    known(
        "arguments-of-pytorch",
        "TypeError",
        r"\w{1,60}\(\) received an invalid combination of arguments"
        r"|\w{1,60}\(\): argument '\w{1,40}' (?:\(position \d{1,2}\) )?must be "
        r"|expected np\.ndarray \(got ",
        "A function of PyTorch got arguments of another kind, or in another order, than it takes.",
    ),
    known(
        "not-a-number",
        "TypeError",
        r"(?:float|int)\(\) argument must be ",
        "float() or int() got something that is no number.",
    ),
)
