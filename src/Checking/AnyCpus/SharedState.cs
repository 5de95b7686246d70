namespace Orleans.Mmu.Checking.AnyCpus;

/// <summary>The part of a state that all CPUs have in common: memory, the flag and the lock, and CPU 0, which is there once.</summary>
internal readonly record struct SharedState(
    uint Performed, uint Flag, uint BootZombies, int BootPoint, uint BootUsable, uint BootAfterOwn);
