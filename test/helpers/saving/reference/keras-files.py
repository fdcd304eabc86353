"""Writes small models that Keras saved, with what they predict, into this folder.

Run with Keras 3.15.1 on tensorflow-cpu 2.21.0, from this folder:

    python -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    venv/bin/python keras-files.py
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import numpy as np  # noqa: E402

keras.utils.set_random_seed(1)
L = keras.layers


def sequential():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            L.Conv2D(2, 3, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(3, 3, activation="silu", kernel_regularizer="l2"),
            L.BatchNormalization(),
            L.LeakyReLU(negative_slope=0.2),
            L.Flatten(),
            L.Dropout(0.5),
            L.Dense(4, activation="softmax", name="probabilities"),
        ]
    )


def branched():
    image = keras.Input((6, 6, 2), name="image")
    left = L.SeparableConv2D(3, 3, padding="same")(image)
    right = L.DepthwiseConv2D(3, padding="same", activation="tanh")(image)
    right = L.Conv2D(3, 1)(right)
    both = L.Add()([left, right])
    all_three = L.Concatenate()([both, left, right])
    pooled = L.GlobalAveragePooling2D()(all_three)
    inner = keras.Sequential([keras.Input((9,)), L.Dense(5, activation="elu"), L.LayerNormalization()])
    return keras.Model(image, [inner(pooled), L.Dense(1, activation="sigmoid")(pooled)])


def recurrent():
    words = keras.Input((5,), name="words")
    embedded = L.Embedding(10, 4)(words)
    return keras.Model(words, L.Dense(2)(L.LSTM(3)(embedded)))


def attention():
    series = keras.Input((4, 3))
    attended = L.MultiHeadAttention(1, 2, name="attention")(series, series)
    return keras.Model(series, L.Conv1D(4, 3, groups=2, name="grouped")(L.Dense(2, activation="gelu")(attended)))


def randomize(model, generator):
    model.set_weights(
        [generator.uniform(0.1, 0.5, w.shape) * generator.choice([1, -1], w.shape) for w in model.get_weights()]
    )
    for layer in model.layers:
        if isinstance(layer, L.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma, beta, mean, np.abs(variance)])


expected = {}
generator = np.random.default_rng(1)
for name, make, shape in (
    ("sequential", sequential, (2, 8, 8, 1)),
    ("branched", branched, (2, 6, 6, 2)),
    ("recurrent", recurrent, (2, 5)),
):
    model = make()
    randomize(model, generator)
    data = generator.integers(0, 10, shape) if name == "recurrent" else generator.uniform(size=shape)
    data = np.round(data, 3).astype("float32")
    outputs = model.predict(data, verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    expected[name] = {"input": data.tolist(), "outputs": [output.tolist() for output in outputs]}
    model.compile("adam", "mse")
    model.save(f"{name}.keras")
    model.save(f"{name}.h5")
attention().save("attention.keras")
sequential().save_weights("only.weights.h5")

with open("expected.json", "w") as file:
    json.dump({"source": f"keras-files.py with Keras {keras.__version__}", **expected}, file, separators=(",", ":"))
    file.write("\n")
