"""What PyTorch says of shapes, dtypes, devices and numbers, in plain words. Pure data.

*Source:* the wordings of PyTorch 2.13 and NumPy 2; tests/checks/test_explanation.py provokes each.
"""

from autograder.checks.known_exception import known

_INTEGERS = "(?:Long|Int|Short|Char|Byte|Bool)"

SHAPES = (
    known(
        "matrix-shapes",
        "RuntimeError ValueError",
        r"mat1 and mat2 shapes cannot be multiplied \(|size mismatch, got input \("
        r"|inconsistent tensor size, expected tensor \[|self must be a matrix"
        r"|Expected size for first two dimensions of batch2 tensor"
        r"|both arguments to (?:linear|matmul) need to be at least 1D"
        r"|matmul: Input operand |shapes \(.{1,80}\) and \(.{1,80}\) not aligned",
        "A matrix product, such as a Linear layer computes, got tensors whose shapes do not fit. "
        "A Linear layer wants inputs whose last dimension is its in_features.",
    ),
    known(
        "shapes-do-not-fit",
        "RuntimeError ValueError",
        r"The size of tensor a \(|The expanded size of the tensor \("
        r"|operands could not be broadcast together",
        "Two tensors were combined whose shapes do not fit: in some dimension they have different "
        "lengths, and neither of them is 1.",
    ),
    known(
        "in-place-shape",
        "RuntimeError",
        r"output with shape \[.{0,80}\] doesn't match the broadcast shape \[",
        "An operation in place, such as +=, has a result of another shape than the tensor in "
        "which it is to be stored.",
    ),
    known(
        "reshaped",
        "RuntimeError",
        r"shape '\[.{0,80}\]' is invalid for input of size \d",
        "view or reshape asks for a shape that does not hold as many numbers as the tensor has. "
        "Is the size of one particular batch written into it?",
    ),
    known(
        "viewed",
        "RuntimeError",
        r"view size is not compatible with input tensor's size and stride",
        "view cannot show the numbers of this tensor in that shape, because of their order in "
        "memory (it was transposed, or is a part of another tensor); reshape can.",
    ),
    known(
        "joined",
        "RuntimeError",
        r"Sizes of tensors must match except in dimension \d"
        r"|Tensors must have same number of dimensions|stack expects each tensor to be equal size",
        "Tensors of different shapes were joined by cat or stack. Batches need not be equally "
        "long.",
    ),
    known(
        "nothing-to-join",
        "RuntimeError ValueError",
        r"torch\.cat\(\): expected a non-empty list of Tensors"
        r"|stack expects a non-empty TensorList",
        "cat or stack got an empty list: nothing has been collected in it.",
    ),
    known(
        "no-such-dimension",
        "IndexError",
        r"Dimension out of range \(|too many indices for tensor of dimension \d",
        "A dimension was named, or indexed, that the tensor does not have: one of shape (N, C) "
        "has the dimensions 0 and 1.",
    ),
    known(
        "mask-shape",
        "IndexError",
        r"The shape of the mask \[.{0,80}\] at index \d",
        "A mask of booleans has another shape than the tensor from which it chooses.",
    ),
    known(
        "index",
        "IndexError RuntimeError",
        r"(?:list|tuple|string) index out of range|index out of range in self"
        r"|index -?\d{1,20} is out of (?:range|bounds for (?:dimension|axis) \d)",
        "An index is beyond the end: n items have the numbers 0 to n - 1, and another call may "
        "bring another number of items.",
    ),
)

DTYPES = (
    known(
        "dtypes-differ",
        "RuntimeError",
        r"(?:mat1 and mat2 must|expected m1 and m2 to|addmv input tensors must) have the same dtype"
        r"|dot : expected both vectors to have same dtype"
        r"|expected scalar type \w{1,20} but found|Found dtype \w{1,20} but expected"
        r"|Input type \([a-z ]{1,20}\) and (?:weight|bias) type \([a-z ]{1,20}\)",
        "Tensors of different dtypes met where they must be equal. As a rule, layers have float32, "
        "NumPy's decimal numbers float64, and whole numbers int64.",
    ),
    known(
        "not-for-integers",
        "NotImplementedError",
        rf"\"\w{{1,80}}\" not implemented for '{_INTEGERS}'",
        "This computation does not exist for a tensor of integers or booleans. Were two arguments "
        "swapped, or were the numbers to be floats?",
        is_cause=True,
    ),
    known(
        "mean-of-integers",
        "RuntimeError",
        r"mean\(\): (?:could not infer output dtype|input dtype should be)"
        r"|std and var only support floating point",
        "A mean or a standard deviation can only be taken of floats, and this tensor holds "
        "integers or booleans.",
    ),
    known(
        "floats-into-integers",
        "RuntimeError",
        rf"result type \w{{1,20}} can't be cast to the desired output type {_INTEGERS}",
        "The result is a float and was to be stored in a tensor of integers. Integers were given "
        "where floats are expected, or changed in place.",
        is_cause=True,
    ),
    known(
        "gradient-of-integers",
        "RuntimeError",
        r"[Oo]nly Tensors of floating point (?:and complex )?dtype can require gradients",
        "Only floats can require gradients, and this tensor holds integers or booleans: 2 is an "
        "integer, 2.0 is a float.",
        is_cause=True,
    ),
    known(
        "numpy-dtype",
        "TypeError",
        r"Got unsupported ScalarType \w{1,20}",
        "NumPy has no dtype for what this tensor holds.",
    ),
)

DEVICES = (
    known(
        "devices-mixed",
        "RuntimeError",
        r"Expected all tensors to be on the same device|indices should be either on ",
        "Tensors on different devices met in one operation: model, inputs and targets have to be "
        "on the same one. x.to(device) gives back another tensor and leaves x where it is.",
        is_cause=True,
    ),
    known(
        "no-such-device-here",
        "AssertionError RuntimeError",
        r"Torch not compiled with CUDA enabled|Found no NVIDIA driver on your system"
        r"|Cannot initialize CUDA without ATen_cuda library"
        r"|PyTorch is not linked with support for \w{1,20} devices",
        "A device was asked for that this machine does not have. Code should use the device that "
        "it is given, or ask whether there is one.",
        is_cause=True,
    ),
    known(
        "device-name",
        "RuntimeError",
        r"Expected one of cpu, cuda, .{1,300} device type at start of device string"
        r"|Invalid device string: ",
        "PyTorch knows no device of this name.",
    ),
    known(
        "numpy-of-device",
        "TypeError",
        r"can't convert .{1,40} device type tensor to numpy",
        "NumPy works on the CPU only, and this tensor is on another device.",
        is_cause=True,
    ),
)

NUMBERS = (
    known(
        "not-one-number",
        "RuntimeError ValueError",
        r"a Tensor with \d{1,20} elements cannot be converted to Scalar"
        r"|only one element tensors can be converted to Python scalars",
        "A tensor was to become one Python number and does not hold exactly one. A loss must be "
        "reduced to one number first, by its mean for example.",
    ),
    known(
        "true-or-false",
        "RuntimeError",
        r"Boolean value of Tensor with (?:more than one|no) value",
        "A tensor that does not hold just one value was used where true or false is expected: in "
        "an `if`, or as an option. A criterion such as nn.MSELoss is made first, and then called.",
    ),
    known(
        "one-number-only",
        "TypeError IndexError",
        r"iteration over a 0-d tensor|len\(\) of a 0-d tensor|invalid index of a 0-dim tensor"
        r"|cannot unpack non-iterable (?:float|int|bool) object"
        r"|'(?:float|int|bool)' object is not (?:subscriptable|iterable)"
        r"|object of type '(?:float|int|bool)' has no len",
        "A single number was unpacked, indexed or iterated over as if it held several.",
    ),
    known(
        "out-of-memory",
        "RuntimeError",
        r"\[enforce fail at alloc_cpu\.cpp:\d{1,5}\]",
        "A tensor was asked for that needs more memory than is left: it is far too large, or too "
        "many are kept.",
    ),
)
