"""PyTorch on the CPU: a plain training loop on tensors in memory. The first argument is the memory format."""

import sys
import time

import torch
from common import median_seconds, read, report, since_start, task
from torch import nn

memory_format = getattr(torch, sys.argv[1])

start = time.perf_counter()
x, y = (torch.from_numpy(array) for array in read("train", task["images"]))
test_x, test_y = (torch.from_numpy(array) for array in read("t10k", 10_000))
x, test_x = (images.permute(0, 3, 1, 2).contiguous(memory_format=memory_format) for images in (x, test_x))
load = time.perf_counter() - start

model = nn.Sequential(
    nn.Conv2d(1, 16, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2, 2, ceil_mode=True),
    nn.Conv2d(16, 32, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2, 2, ceil_mode=True),
    nn.Conv2d(32, 64, 3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2, 2, ceil_mode=True),
    nn.Flatten(),
    nn.Linear(1024, 256),
    nn.ReLU(),
    nn.Linear(256, 10),
).to(memory_format=memory_format)
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
cross_entropy = nn.CrossEntropyLoss()

epochs, first_batch, loss_sum = [], None, 0.0
for _ in range(task["epochs"] + 1):
    epoch_start = time.perf_counter()
    order = torch.randperm(len(x))
    batches = order.split(task["batchSize"])
    batches = [batch for batch in batches if len(batch) == task["batchSize"]]
    loss_sum, correct = 0.0, 0
    for batch in batches:
        inputs, targets = x[batch], y[batch]
        optimizer.zero_grad(set_to_none=True)
        logits = model(inputs)
        loss = cross_entropy(logits, targets)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        correct += (logits.argmax(1) == targets).sum().item()
        first_batch = first_batch or since_start()
    epochs.append(time.perf_counter() - epoch_start)


@torch.inference_mode()
def evaluate():
    loss, correct = 0.0, 0
    for inputs, targets in zip(test_x.split(task["batchSize"]), test_y.split(task["batchSize"]), strict=True):
        logits = model(inputs)
        loss += cross_entropy(logits, targets).item() * len(inputs)
        correct += (logits.argmax(1) == targets).sum().item()
    return loss / len(test_x), correct / len(test_x)


@torch.inference_mode()
def predict():
    return model(test_x[:1]).softmax(1).numpy()


model.eval()
report(
    epochs=epochs[1:],
    loss=loss_sum / len(batches),
    load=load,
    firstBatch=first_batch,
    evaluation=median_seconds(3, evaluate),
    prediction=1000 * median_seconds(200, predict),
    versions={"torch": torch.__version__},
)
