"""The other end of bench/peers/level-server.ts: levels as worlds, over a pipe."""

import hashlib
import subprocess
import sys

import numpy


class Levels:
    """Worlds that are stepped together; `seen` is what they see now, [world, feature]."""

    def __init__(self, node, count, seed):
        command = [node, "dist/bench/peers/level-server.js", str(count), str(seed)]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 20)
        self.count, self.features = (int(one) for one in self._hear("<u4", 2))
        self._see()

    def step(self, actions):
        """Takes [world] and returns rewards, truncations, and what the worlds that were cut would have seen next."""
        self._say(b"\1" + actions.astype(numpy.uint8).tobytes())
        rewards = self._hear("<f4", self.count)
        truncated = self._hear("u1", self.count).astype(bool)
        finals = self._hear("<f4", int(truncated.sum()) * self.features).reshape(-1, self.features)
        self._see()
        return rewards, truncated, finals

    def exam(self):
        """What is seen in the rows of the exam, [row, feature]."""
        self._say(b"\2")
        rows = int(self._hear("<u4", 1)[0])
        return self._hear("<f4", rows * self.features).reshape(rows, self.features)

    def score(self, actions):
        """What the actions in the rows of the exam cost over hindsight."""
        self._say(b"\3" + actions.astype(numpy.uint8).tobytes())
        return float(self._hear("<f8", 1)[0])

    def processor_seconds(self):
        self._say(b"\4")
        return float(self._hear("<f8", 1)[0])

    def close(self):
        self._server.stdin.close()
        self._server.wait()

    def _see(self):
        self.seen = self._hear("<f4", self.count * self.features).reshape(self.count, self.features)

    def _say(self, data):
        self._server.stdin.write(data)
        self._server.stdin.flush()

    def _hear(self, kind, length):
        size = numpy.dtype(kind).itemsize * length
        data = self._server.stdout.read(size)
        if len(data) < size:
            raise RuntimeError("the worlds ended early")
        return numpy.frombuffer(data, kind)


def replay(node, count, seed, steps):
    """Digest of all that some steps of made-up actions show: the same on both sides of the pipe, or the worlds differ."""
    levels = Levels(node, count, seed)
    digest = hashlib.sha256(levels.seen.tobytes())
    for step in range(steps):
        rewards, truncated, finals = levels.step((numpy.arange(count) * 7 + step * (step + 3)) // 5 % 2)
        for part in (rewards, truncated.astype(numpy.uint8), finals, levels.seen):
            digest.update(part.tobytes())
    levels.close()
    return digest.hexdigest()


if __name__ == "__main__":
    print(replay(sys.argv[1], *(int(one) for one in sys.argv[2:])))
