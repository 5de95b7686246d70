using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Locks that a CPU gives back without having taken them. The checker performs such a protocol all the same: the step
/// makes the lock free, even if another CPU holds it.
/// </summary>
internal static class LocksNotHeld
{
    /// <param name="steps">Every step of the protocol with its line and its role, in the order of the file.</param>
    public static IEnumerable<(int Line, string Message)> Of(
        IReadOnlyCollection<(Step Step, int Line, string Role)> steps)
    {
        var held = new HashSet<(string Role, string Lock)>();
        foreach (var (step, line, role) in steps)
        {
            if (LockOf(step) is not var (name, takes))
                continue;
            if (takes)
                held.Add((role, name));
            else if (!held.Remove((role, name)))
                yield return (line, $"\"{step}\" gives back a lock that the CPU does not hold");
        }
    }

    private static (string Name, bool Takes)? LockOf(Step step) => step switch
    {
        TableLock taken => (taken.Name, taken.Take),
        AllocatorLock taken => (AllocatorLock.Name, taken.Take),
        _ => null,
    };
}
