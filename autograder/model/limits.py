"""What one submission may use. Each name says its unit."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
# A process that sleeps or waits is ended at this multiple of its budget of processor seconds.
WAITING_FACTOR = 3.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one submission.

    Attributes:
        cell_seconds: Processor seconds of one cell, of all its processes together.
        notebook_seconds: Processor seconds of everything: start, cells and observations.
        memory_bytes: Address space of each process (RLIMIT_AS).
        group_bytes: Memory of all its processes together, including its files in scratch, /tmp
            and /dev/shm.
        processes: Processes and threads of the whole submission.
        file_bytes: Largest file it may write.
        scratch_bytes: Size of its scratch folder, /tmp and /dev/shm, each.
        open_files: Descriptors of each process.
        output_bytes: Outputs kept from the whole notebook.
        frame_bytes: Largest message accepted on the observation channel.
    """

    cell_seconds: float = 20.0
    notebook_seconds: float = 120.0
    memory_bytes: int = 4096 * MEBIBYTE
    group_bytes: int = 4096 * MEBIBYTE
    processes: int = 256
    file_bytes: int = 64 * MEBIBYTE
    scratch_bytes: int = 128 * MEBIBYTE
    open_files: int = 512
    output_bytes: int = 2 * MEBIBYTE
    frame_bytes: int = 16 * MEBIBYTE
