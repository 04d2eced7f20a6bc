"""Double-DQN updates by ONNX Runtime, which no longer trains by itself: the whole update is one graph with the
backward pass and Adam written out. The state goes in and comes out; two bindings swap the memory of the two, so that
nothing is copied. Per update Python hands over the minibatch's indices and two step sizes of Adam.
"""

import platform

import numpy
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from update_task import converse

MATRIX_PARTS = ("value", "target", "first", "second")


class Graph:
    """Nodes and constants; a name stands for a tensor."""

    def __init__(self):
        self.nodes, self.constants, self._count = [], {}, 0

    def __call__(self, operator, *inputs, out=None, **attributes):
        if out is None:
            self._count += 1
            out = f"t{self._count}"
        inputs = [name if isinstance(name, str) else self.constant(name) for name in inputs]
        self.nodes.append(helper.make_node(operator, inputs, [out], **attributes))
        return out

    def constant(self, value):
        array = numpy.asarray(value, numpy.int64 if isinstance(value, (int, list)) else numpy.float32)
        name = f"c{array.dtype}{array.tolist()}"
        self.constants[name] = numpy_helper.from_array(array, name)
        return name


def forward(graph, inputs, part, depth):
    """Activations of every layer, the inputs first; the last one is linear."""
    activations = [inputs]
    for layer in range(depth):
        sums = graph("Gemm", activations[-1], f"w{layer}.{part}", f"b{layer}.{part}", transB=1)
        activations.append(sums if layer == depth - 1 else graph("Relu", sums))
    return activations


def follow(graph, name, gradient, task):
    """Adam and the soft target update of one tensor."""
    beta1, beta2 = task.betas
    mix = lambda old, new, share, out: graph(
        "Add", graph("Mul", old, 1 - share), graph("Mul", new, share), out=f"{name}.{out}.next"
    )
    first = mix(f"{name}.first", gradient, 1 - beta1, "first")
    second = mix(f"{name}.second", graph("Mul", gradient, gradient), 1 - beta2, "second")
    root = graph("Add", graph("Mul", graph("Sqrt", second), "root_scale"), task.epsilon)
    step = graph("Mul", graph("Div", first, root), "step_size")
    value = graph("Sub", f"{name}.value", step, out=f"{name}.value.next")
    mix(f"{name}.target", value, task.tau, "target")


def build(task):
    graph, depth = Graph(), len(task.widths) + 1
    batch = {name: graph("Gather", name, "indices") for name in
             ("observations", "next_observations", "actions", "rewards", "discounts")}
    column = lambda name: graph("Unsqueeze", name, [1])
    best = graph("ArgMax", forward(graph, batch["next_observations"], "value", depth)[-1], axis=1)
    following = forward(graph, batch["next_observations"], "target", depth)[-1]
    wanted = graph("Add", column(batch["rewards"]),
                   graph("Mul", column(batch["discounts"]), graph("GatherElements", following, best, axis=1)))
    activations = forward(graph, batch["observations"], "value", depth)
    errors = graph("Sub", graph("GatherElements", activations[-1], column(batch["actions"]), axis=1), wanted)
    clipped = graph("Clip", errors, -1.0, 1.0)
    # Huber: clipped · (error − clipped / 2), and its gradient is the clipped error.
    huber = graph("Mul", clipped, graph("Sub", errors, graph("Mul", clipped, 0.5)))
    graph("ReduceMean", huber, out="loss", keepdims=0)
    chosen = graph("OneHot", batch["actions"], task.outputs, graph.constant(numpy.array([0.0, 1.0])))
    gradient = graph("Mul", chosen, graph("Mul", clipped, 1.0 / task.batches.shape[1]))
    for layer in reversed(range(depth)):
        weights = graph("Gemm", gradient, activations[layer], transA=1)
        biases = graph("ReduceSum", gradient, [0], keepdims=0)
        if layer > 0:
            back = graph("MatMul", gradient, f"w{layer}.value")
            alive = graph("Cast", graph("Greater", activations[layer], 0.0), to=TensorProto.FLOAT)
            gradient = graph("Mul", back, alive)
        follow(graph, f"w{layer}", weights, task)
        follow(graph, f"b{layer}", biases, task)
    return graph


def session(graph, inputs, outputs, threads):
    """inputs and outputs: arrays by name, whose shapes and types the graph gets."""
    kinds = {numpy.dtype("float32"): TensorProto.FLOAT, numpy.dtype("int64"): TensorProto.INT64}
    describe = lambda arrays: [
        helper.make_tensor_value_info(name, kinds[array.dtype], array.shape) for name, array in arrays.items()
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "update", describe(inputs), describe(outputs), graph.constants.values()),
        opset_imports=[helper.make_opsetid("", 20)],
        ir_version=10,
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])


def scalar(value):
    return numpy.array(value, numpy.float32)


def prepare(task, threads, _mode):
    state = {}
    for layer, pair in enumerate(task.layers()):
        for kind, array in zip("wb", pair):
            for part in MATRIX_PARTS:
                is_moment = part in ("first", "second")
                state[f"{kind}{layer}.{part}"] = numpy.zeros_like(array) if is_moment else array.copy()
    fixed = {
        "observations": task.observations,
        "next_observations": task.next_observations,
        "actions": task.actions,
        "rewards": task.rewards,
        "discounts": (task.gamma * (task.terminated == 0)).astype(numpy.float32),
    }
    varying = {
        "indices": task.batches[0],
        "step_size": scalar(0),
        "root_scale": scalar(0),
    }
    loss = scalar(0)
    following = {f"{name}.next": array for name, array in state.items()}
    run = session(build(task), fixed | varying | state, {"loss": loss, **following}, threads)
    own = lambda arrays: {
        name: onnxruntime.OrtValue.ortvalue_from_numpy(array) for name, array in arrays.items()
    }
    shared, sides = own(fixed | varying), (own(state), own(state))
    loss_value = onnxruntime.OrtValue.ortvalue_from_numpy(loss)
    bindings = []
    for before, after in (sides, sides[::-1]):
        binding = run.io_binding()
        for name, value in (shared | before).items():
            binding.bind_ortvalue_input(name, value)
        for name, value in after.items():
            binding.bind_ortvalue_output(f"{name}.next", value)
        binding.bind_ortvalue_output("loss", loss_value)
        bindings.append(binding)
    (beta1, beta2), count = task.betas, 0

    def update(i):
        nonlocal count
        count += 1
        shared["indices"].update_inplace(task.batches[i])
        shared["step_size"].update_inplace(scalar(task.learning_rate / (1 - beta1**count)))
        shared["root_scale"].update_inplace(scalar((1 - beta2**count) ** -0.5))
        run.run_with_iobinding(bindings[(count - 1) % 2])
        return loss_value.numpy()

    return update


if __name__ == "__main__":
    converse({"python": platform.python_version(), "onnxruntime": onnxruntime.__version__}, prepare)
