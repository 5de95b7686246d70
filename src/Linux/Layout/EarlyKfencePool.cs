using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Layout;

/// <summary>The pool that KFENCE takes before the map is painted (arm64_kfence_alloc_pool).</summary>
public static class EarlyKfencePool
{
    /// <summary>
    /// Where the pool begins; null where KFENCE takes none, and where no range of memory has room for it, so that
    /// kfence_early_init becomes false.
    /// </summary>
    public static PhysicalAddress? Of(MachineDescription machine) =>
        machine.CommandLine.KfenceEarly ? machine.KfencePool ?? TopOfMemory(machine) : null;

    // memblock allocates from the top.
    private static PhysicalAddress? TopOfMemory(MachineDescription machine)
    {
        ulong size = machine.KfencePoolSize;
        var free = MemoryRange.Subtract(
            LinearMapLayout.Of(machine).Memory(machine), [new(machine.Image.Text, machine.Image.End)]);
        return free.Where(r => r.Length >= size).Select(r =>
            (PhysicalAddress?)new PhysicalAddress(r.End.Value - size)).LastOrDefault();
    }
}
