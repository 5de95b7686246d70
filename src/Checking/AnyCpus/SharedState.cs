namespace Orleans.Mmu.Checking.AnyCpus;

/// <summary>The part of a state that all CPUs share: memory, the flag and the lock, and CPU 0.</summary>
internal readonly record struct SharedState(
    uint Performed, uint Flag, uint BootZombies, int BootPoint, uint BootUsable, uint BootAfterOwn);
