using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Locks that a CPU gives back without having taken them, and locks that it keeps because it skips the step that gives
/// them back. The checker performs such a protocol all the same: giving a lock back makes it free, even if another CPU
/// holds it.
/// </summary>
internal static class LocksNotHeld
{
    /// <param name="phases">The phases in the order of the file, each with its role, its steps and their lines.</param>
    public static IEnumerable<(int Line, string Message)> Of(
        IEnumerable<(string Role, IReadOnlyList<(Step Step, int Line)> Steps)> phases) =>
        phases.GroupBy(p => p.Role).SelectMany(p => OfProgram(p.Select(phase => phase.Steps))).OrderBy(w => w.Line);

    private static IEnumerable<(int Line, string Message)> OfProgram(
        IEnumerable<IReadOnlyList<(Step Step, int Line)>> phases)
    {
        // The locks that the CPU holds on every way, and those that it holds on some way with the skip of that way.
        var held = new HashSet<string>();
        var kept = new Dictionary<string, (Step Step, int Line)>();
        foreach (var steps in phases)
        {
            HashSet<string>? atSkips = null;
            var skipped = new Dictionary<string, (Step Step, int Line)>();
            foreach (var (step, line) in steps)
            {
                if (step is SkipUnless or SkipUnlessWord)
                {
                    atSkips ??= held.ToHashSet();
                    atSkips.IntersectWith(held);
                    foreach (string name in held)
                        skipped[name] = (step, line);
                }
                else if (LockOf(step) is not var (name, takes))
                {
                    continue;
                }
                else if (takes)
                {
                    held.Add(name);
                }
                else
                {
                    if (!held.Remove(name))
                        yield return (line, $"\"{step}\" gives back a lock that the CPU does not hold");
                    kept.Remove(name);
                }
            }

            foreach (var (name, skip) in skipped.Where(s => !held.Contains(s.Key)))
                kept[name] = skip;
            if (atSkips is not null)
                held.IntersectWith(atSkips);
        }

        foreach (var (name, (step, line)) in kept)
            yield return (line, $"\"{step}\" skips the step that gives back {name}, and the CPU keeps the lock");
    }

    private static (string Name, bool Takes)? LockOf(Step step) => step switch
    {
        TableLock taken => (taken.Name, taken.Take),
        AllocatorLock taken => (AllocatorLock.Name, taken.Take),
        _ => null,
    };
}
