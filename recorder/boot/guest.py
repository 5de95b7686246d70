"""A QEMU process with a guest whose memory is a file that has no name, so nothing stays behind when it ends."""
import os
import re
import shutil
import socket
import subprocess

from . import midr, qmp

# Values of stores and registers are part of the plugin interface since QEMU 9.2 (version 4).
OLDEST = (9, 2)
INSTALL = ("Debian 12: apt-get install -t bookworm-backports qemu-system-arm; "
           "Debian 13, Ubuntu 25.04, Fedora 42 or later: install qemu-system-arm (qemu-system-aarch64)")


def find_qemu(name):
    """The path of a QEMU that can load the plugin. Raises ValueError with what to install otherwise."""
    path = shutil.which(name)
    if path is None:
        raise ValueError(f"expected {name}, QEMU {OLDEST[0]}.{OLDEST[1]} or later, found none. {INSTALL}")
    text = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"version (\d+)\.(\d+)", text)
    if version is None or (int(version[1]), int(version[2])) < OLDEST:
        found = f"version {version[1]}.{version[2]}" if version else "another program"
        raise ValueError(f"{path}: expected QEMU {OLDEST[0]}.{OLDEST[1]} or later, whose plugins see values and "
                         f"registers, found {found}. {INSTALL}")
    return path


class Guest:
    """A guest that waits to be started."""

    def __init__(self, qemu, options, console, plugin=None, trace=None):
        """`options` has kernel, initrd, cpus, memory (bytes), cpu, append; `plugin` is the plugin with its arguments,
        `trace` the descriptor that it writes to."""
        memory = os.memfd_create("guest")
        os.ftruncate(memory, options.memory)
        ours, theirs = socket.socketpair()
        command = [
            qemu, "-machine", "virt,gic-version=3,memory-backend=ram", "-cpu", options.cpu,
            "-smp", str(options.cpus), "-m", f"{options.memory >> 20}M",
            "-object", f"memory-backend-file,id=ram,size={options.memory},mem-path=/dev/fd/{memory},share=on",
            "-accel", "tcg,thread=multi", "-display", "none", "-nodefaults", "-no-reboot", "-S",
            "-chardev", f"socket,id=monitor,fd={theirs.fileno()}", "-mon", "chardev=monitor,mode=control",
            "-chardev", f"file,id=console,path={console.replace(',', ',,')}", "-serial", "chardev:console",
            "-kernel", options.kernel, "-initrd", options.initrd,
            "-append", f"console=ttyAMA0 panic=-1 rdinit=/init nokaslr arm64.nomops {options.append}".strip(),
            *options.devices]
        descriptors = [memory, theirs.fileno()]
        if plugin:
            command += ["-plugin", f"{plugin},ram=/dev/fd/{memory},size={options.memory},out=/dev/fd/{trace}"]
            descriptors.append(trace)
        self._options = options
        self.process = subprocess.Popen(command, pass_fds=descriptors, stderr=subprocess.PIPE, text=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(memory)
        theirs.close()
        try:
            self.monitor = qmp.Monitor(ours)
        except (OSError, EOFError):
            self.monitor = None

    def start(self):
        """Gives the CPUs their MIDRs and lets them run. Raises ValueError where that is not possible."""
        if self.monitor is None:
            words = self.process.communicate()[1].strip().splitlines()
            raise ValueError(words[-1] if words else "QEMU ended before the guest started")
        others = {cpu: value for cpu, value in self._options.midrs.items() if cpu}
        if others:
            midr.replace(self.process.pid, self._options.cpus, self._options.boot_midr, others)
        self.monitor.do("cont")

    def wait(self, seconds):
        """What QEMU said on standard error until the guest ended. Raises subprocess.TimeoutExpired."""
        return self.process.communicate(timeout=seconds)[1]

    def end(self):
        """Ends QEMU if it still runs."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.communicate()
