"""Writes reference.json: what Keras itself does with some numbers.

Run with Keras 3.15.1 on tensorflow-cpu 2.21.0, from this folder:

    python -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    venv/bin/python reference.py
"""

import json
import os
import tempfile
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import numpy as np  # noqa: E402

warnings.simplefilter("ignore")
FALLING = [1.0, 0.8, 0.79, 0.81, 0.7, 0.72, 0.71, 0.705, 0.69, 0.7, 0.7, 0.7]
RISING = [0.1, 0.5, 0.4, 0.45, 0.6, 0.6, 0.55, 0.7, 0.1, 0.2, 0.3, 0.35]
FLAT = [0.5] * 12
SHAKY = [float("nan"), 0.9, float("nan"), 0.8, 0.8, 0.8, float("nan"), 0.1, 0.2, 0.2, 0.2, 0.2]
SERIES = {"falling": FALLING, "rising": RISING, "flat": FLAT, "shaky": SHAKY}


def model_with_one_weight(rate=1.0):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    return model


def drive(callback, series, monitor):
    """Calls a callback as `fit` would; the weight is the epoch's number, from 1."""
    model = model_with_one_weight()
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    model.stop_training = False
    for epoch, value in enumerate(SERIES[series]):
        callback.on_epoch_begin(epoch)
        rates.append(float(model.optimizer.learning_rate.numpy()))
        model.set_weights([np.array([[epoch + 1.0]])])
        callback.on_epoch_end(epoch, {"loss": value, monitor: value})
        if model.stop_training:
            break
    callback.on_train_end()
    return {
        "epochs": epoch + 1,
        "weight": float(model.get_weights()[0][0, 0]),
        "rates": rates,
    }


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def callbacks():
    early = [
        {},
        {"patience": 2},
        {"patience": 2, "restore_best_weights": True},
        {"patience": 2, "min_delta": 0.05, "restore_best_weights": True},
        {"patience": 3, "start_from_epoch": 4, "restore_best_weights": True},
        {"patience": 2, "baseline": 0.6},
        {"patience": 2, "baseline": 0.6, "mode": "max", "restore_best_weights": True},
        {"patience": 1, "mode": "max"},
        {"patience": 20, "restore_best_weights": True},
    ]
    plateau = [
        {"patience": 1},
        {"patience": 2, "factor": 0.5},
        {"patience": 1, "factor": 0.5, "cooldown": 2},
        {"patience": 1, "factor": 0.5, "min_lr": 0.2},
        {"patience": 0, "factor": 0.5, "min_delta": 0.1},
        {"patience": 1, "mode": "max", "factor": 0.25},
    ]
    results = []
    for kind, options_list in (("EarlyStopping", early), ("ReduceLROnPlateau", plateau)):
        for options in options_list:
            for series in SERIES:
                callback = getattr(keras.callbacks, kind)(**options)
                results.append(
                    {
                        "callback": kind,
                        "options": {camel(k): v for k, v in options.items()},
                        "series": series,
                        **drive(callback, series, "val_loss"),
                    }
                )
    return results


def csv_log():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.csv")
        for append in (False, True):
            callback = keras.callbacks.CSVLogger(path, separator=";", append=append)
            callback.set_model(model_with_one_weight())
            callback.on_train_begin()
            callback.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.75, "accuracy": 0.25})
            callback.on_epoch_end(1, {"loss": 0.25, "accuracy": 0.5})
            callback.on_train_end()
        with open(path, newline="") as file:
            return file.read()


def checkpoints():
    """Epochs, from 1, after which `save_best_only` saves."""
    results = []
    for options in ({}, {"mode": "max"}, {"initial_value_threshold": 0.75}):
        for series, values in SERIES.items():
            with tempfile.TemporaryDirectory() as folder:
                callback = keras.callbacks.ModelCheckpoint(
                    os.path.join(folder, "{epoch}.keras"), save_best_only=True, **options
                )
                callback.set_model(model_with_one_weight())
                callback.on_train_begin()
                for epoch, value in enumerate(values):
                    callback.on_epoch_begin(epoch)
                    callback.on_epoch_end(epoch, {"loss": value, "val_loss": value})
                saved = sorted(int(name.split(".")[0]) for name in os.listdir(folder))
            results.append({"options": {camel(k): v for k, v in options.items()}, "series": series, "saved": saved})
    return results


def optimizers():
    """Weights after each of 12 steps on the loss sum((w - target)² · scale)."""
    kinds = {
        "AdamW": [{"learning_rate": 0.1}, {"learning_rate": 0.05, "weight_decay": 0.1, "beta_1": 0.8}],
        "Nadam": [{"learning_rate": 0.1}, {"learning_rate": 0.05, "beta_1": 0.8, "beta_2": 0.9}],
    }
    scale = np.array([1.0, 0.1, 5.0], np.float32)
    target = np.array([1.0, -2.0, 0.5], np.float32)
    results = []
    for kind, options_list in kinds.items():
        for options in options_list:
            weight = keras.Variable(np.array([0.5, 0.5, -0.5], np.float32))
            optimizer = getattr(keras.optimizers, kind)(**options)
            optimizer.build([weight])
            steps = []
            for _ in range(12):
                gradient = 2 * (weight.numpy() - target) * scale
                optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weight])
                steps.append(weight.numpy().tolist())
            results.append({"optimizer": kind, "options": {camel(k): v for k, v in options.items()}, "steps": steps})
    return results


def schedules():
    results = []
    for options in (
        {"initial_learning_rate": 0.1, "decay_steps": 10},
        {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.2},
        {"initial_learning_rate": 0.0, "decay_steps": 8, "warmup_target": 0.1, "warmup_steps": 4, "alpha": 0.1},
    ):
        schedule = keras.optimizers.schedules.CosineDecay(**options)
        rates = [float(schedule(step)) for step in range(16)]
        results.append({"options": {camel(k): v for k, v in options.items()}, "rates": rates})
    return results


def probabilities(generator, count, classes):
    logits = generator.normal(size=(count, classes)) * 1.5
    values = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    return np.round(values, 4).astype(np.float32)


def metrics():
    """Results after each of three batches; the last one is shorter."""
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 4, 50)
    data = {
        "classes": (np.eye(4, dtype=np.float32)[labels], probabilities(generator, 50, 4)),
        "integers": (labels[:, None].astype(np.float32), None),
        "binary": (
            generator.integers(0, 2, (50, 1)).astype(np.float32),
            np.round(generator.uniform(size=(50, 1)), 4).astype(np.float32),
        ),
    }
    data["integers"] = (data["integers"][0], data["classes"][1])
    kinds = [
        ("Precision", {}, ("classes", "binary")),
        ("Precision", {"thresholds": 0.7}, ("classes", "binary")),
        ("Precision", {"class_id": 1}, ("classes",)),
        ("Precision", {"top_k": 2}, ("classes",)),
        ("Recall", {}, ("classes", "binary")),
        ("Recall", {"thresholds": 0.3}, ("classes", "binary")),
        ("Recall", {"class_id": 2, "top_k": 1}, ("classes",)),
        ("F1Score", {"average": "macro"}, ("classes",)),
        ("F1Score", {"average": "micro"}, ("classes",)),
        ("F1Score", {"average": "weighted"}, ("classes",)),
        ("F1Score", {"average": "macro", "threshold": 0.4}, ("classes", "binary")),
        ("AUC", {}, ("classes", "binary")),
        ("AUC", {"curve": "PR"}, ("classes", "binary")),
        ("AUC", {"num_thresholds": 20}, ("binary",)),
        ("TopKCategoricalAccuracy", {"k": 2}, ("classes",)),
        ("TopKCategoricalAccuracy", {}, ("classes",)),
        ("SparseTopKCategoricalAccuracy", {"k": 3}, ("integers",)),
    ]
    results = []
    for kind, options, names in kinds:
        for name in names:
            truth, predicted = data[name]
            metric = getattr(keras.metrics, kind)(**options)
            values = []
            for rows in (slice(0, 20), slice(20, 40), slice(40, 50)):
                metric.update_state(truth[rows], predicted[rows])
                values.append(float(metric.result()))
            results.append(
                {
                    "metric": kind,
                    "name": metric.name,
                    "options": {camel(k): v for k, v in options.items()},
                    "data": name,
                    "values": values,
                }
            )
    return {
        "data": {name: {"truth": t.tolist(), "predicted": p.tolist()} for name, (t, p) in data.items()},
        "results": results,
    }


def without_nan(value):
    if isinstance(value, float) and np.isnan(value):
        return None
    if isinstance(value, dict):
        return {key: without_nan(each) for key, each in value.items()}
    return [without_nan(each) for each in value] if isinstance(value, list) else value


reference = {
    "source": f"reference.py with Keras {keras.__version__} on {keras.backend.backend()}",
    "series": SERIES,
    "callbacks": callbacks(),
    "csv": csv_log(),
    "checkpoints": checkpoints(),
    "optimizers": optimizers(),
    "schedules": schedules(),
    "metrics": metrics(),
}
with open("reference.json", "w") as file:
    json.dump(without_nan(reference), file, separators=(",", ":"), allow_nan=False)
    file.write("\n")
