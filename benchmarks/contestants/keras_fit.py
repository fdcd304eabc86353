"""Keras on TensorFlow: `model.fit` on a tf.data pipeline. XLA is off: on a CPU that is faster.

The first argument is Keras's `steps_per_execution`.
"""

import sys
import time

import keras
import tensorflow as tf
from common import median_seconds, read, report, since_start, task

start = time.perf_counter()
x, labels = read("train", task["images"])
y = keras.utils.to_categorical(labels, 10)
test_x, test_labels = read("t10k", 10_000)
test_y = keras.utils.to_categorical(test_labels, 10)
load = time.perf_counter() - start

train = (
    tf.data.Dataset.from_tensor_slices((x, y))
    .shuffle(len(x))
    .batch(task["batchSize"], drop_remainder=True)
    .prefetch(tf.data.AUTOTUNE)
)
test = tf.data.Dataset.from_tensor_slices((test_x, test_y)).batch(task["batchSize"]).prefetch(tf.data.AUTOTUNE)

layers = keras.layers
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, 2, padding="same"),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, 2, padding="same"),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, 2, padding="same"),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    keras.optimizers.Adam(0.001),
    "categorical_crossentropy",
    metrics=["accuracy"],
    jit_compile=False,
    steps_per_execution=int(sys.argv[1]),
)


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.first_batch = None
        self.epochs = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        self.first_batch = self.first_batch or since_start()

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(time.perf_counter() - self.start)


clock = Clock()
history = model.fit(train, epochs=task["epochs"] + 1, verbose=0, callbacks=[clock])
image = tf.constant(test_x[:1])
report(
    epochs=clock.epochs[1:],
    loss=history.history["loss"][-1],
    load=load,
    firstBatch=clock.first_batch,
    evaluation=median_seconds(3, lambda: model.evaluate(test, verbose=0)),
    prediction=1000 * median_seconds(200, lambda: model.predict_on_batch(image)),
    versions={"keras": keras.__version__, "tensorflow": tf.__version__},
)
