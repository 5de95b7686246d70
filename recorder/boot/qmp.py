"""Commands to a running QEMU over its monitor protocol (QMP)."""
import json


class Monitor:
    """A monitor on a connected socket."""

    def __init__(self, connection):
        self._socket = connection
        self._lines = connection.makefile("r", encoding="utf-8")
        self._lines.readline()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        """What QEMU answers. Raises RuntimeError with QEMU's words where it refuses, EOFError where it has ended."""
        request = {"execute": command, **({"arguments": arguments} if arguments else {})}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        for line in self._lines:
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]
        raise EOFError("QEMU has ended")
