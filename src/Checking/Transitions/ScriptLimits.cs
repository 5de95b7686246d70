using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>What a script needs of the machine that explores it, and what that machine cannot hold.</summary>
internal static class ScriptLimits
{
    /// <summary>The names of the locks, the allocator's first.</summary>
    /// <exception cref="ModelLimitException">There are too many.</exception>
    public static ImmutableArray<string> LocksOf(ProtocolScript script)
    {
        ImmutableArray<string> own =
            [.. script.AllSteps.Select(s => s.Step).OfType<TableLock>().Select(s => s.Name).Distinct()];
        return own.Length <= WordName.MaxLocks ? [AllocatorLock.Name, .. own]
            : throw new ModelLimitException(
                $"expected at most {WordName.MaxLocks} locks beside {AllocatorLock.Name}, found {own.Length}");
    }

    /// <summary>Whether a CPU other than CPU 0 stores descriptors or words, or broadcasts TLBIs.</summary>
    /// <remarks>A load of a descriptor finds what memory holds, so it needs memory as contents too.</remarks>
    public static bool HasSeveralWriters(ProtocolScript script) =>
        script.BootCpu.Any(s => s.Step is SkipUnless or SkipUnlessWord)
            || script.Others.SelectMany(p => p).Any(
                s => s.Step.Has(StepEffects.StoresDescriptors) || s.Step is SkipUnless
                    or SkipUnlessWord or SetWord
                    or Tlbi { Operation.Broadcast: true } or TlbiRange { Broadcast: true });

    /// <summary>The flag counts each CPU once: a second count would pass for another CPU's.</summary>
    /// <exception cref="ModelLimitException">A CPU performs a step of the rendezvous twice.</exception>
    public static void RefuseSecondRendezvous(ProtocolScript script)
    {
        foreach (var program in script.Others.Prepend(script.BootCpu))
        {
            var again = program.Where(s => s.Step is RaiseFlag or CountIn or ClearFlag).GroupBy(s => s.Step)
                .FirstOrDefault(g => g.Count() > 1);
            if (again is not null)
                throw new ModelLimitException(
                    $"expected one rendezvous, in which a CPU performs \"{again.Key}\" once, found it "
                    + $"{again.Count()} times", again.Last());
        }
    }
}
