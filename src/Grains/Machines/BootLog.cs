using System.Collections.Immutable;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>The kernel's log, stamped with the time since the boot began.</summary>
internal sealed class BootLog(TimeProvider time)
{
    private readonly List<string> _lines = [];
    private readonly long _began = time.GetTimestamp();

    public ImmutableArray<string> Lines => [.. _lines];

    public void Add(string message) => _lines.Add(BootMessages.Stamp(time.GetElapsedTime(_began).TotalSeconds, message));
}
