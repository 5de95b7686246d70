using Orleans.Mmu.Import.Texts;

namespace Orleans.Mmu.Import.Logs;

/// <summary>What the messages of one boot say of KASLR, KPTI and E0PD.</summary>
/// <param name="File">The log's name.</param>
/// <param name="Messages">The messages with their lines, in their order.</param>
/// <param name="IsWhole">
/// Whether the log has "Linux version", lists CPU features and goes on until every CPU is up, so that a message which
/// it lacks was not printed: the CPUs are asked one after the other.
/// </param>
internal sealed record LoggedSecurity(
    string File, IReadOnlyList<PlacedValue<SecurityMessage>> Messages, bool IsWhole)
{
    /// <summary>Whether KASLR is on.</summary>
    public PlacedFact? Kaslr => Fact(m => m.HasKaslr)
        ?? (IsWhole ? new(false, $"{File} has no message on KASLR, which a kernel with RANDOMIZE_BASE prints") : null);

    /// <summary>CONFIG_RANDOMIZE_BASE.</summary>
    public PlacedFact? RandomizesBase => Fact(m => m.RandomizesBase);

    /// <summary>CONFIG_UNMAP_KERNEL_AT_EL0.</summary>
    public PlacedFact? UnmapsKernel => Fact(m => m.UnmapsKernel);

    /// <summary>Whether every CPU has E0PD and the kernel uses it.</summary>
    public PlacedFact? E0pd => Fact(m => m.HasE0pd)
        ?? (IsWhole && Kaslr?.Value == true && UnmapsKernel?.Value != false && !Messages.Any(m => m.Value.IsForced)
            ? new(true, $"{File} has KASLR on without KPTI forced by it, which a CPU without E0PD would need") : null);

    /// <summary>That a CPU has no E0PD, or the kernel does not use it: KASLR forced KPTI.</summary>
    public PlacedFact? LacksE0pd => Fact(m => m == SecurityMessage.ForcedByKaslr ? true : null);

    /// <summary>That a CPU is neither on Linux's list of safe CPUs nor has CSV3: nothing else asks for KPTI.</summary>
    public PlacedFact? LacksCsv3 =>
        Messages.Any(m => m.Value.IsForced) ? null : Fact(m => m.IsVulnerable);

    /// <summary>Whether the kernel isolates its tables from user space (KPTI); what forces it says why.</summary>
    public PlacedFact? Isolates => Fact(m => m.IsForced ? m.Isolates : null) ?? Fact(m => m.Isolates)
        ?? (IsWhole ? new(false, $"{File} has no message on KPTI until every CPU is up") : null);

    /// <summary>
    /// That RANDOMIZE_BASE is off, where only its silence says so: a kernel that has it says what became of KASLR.
    /// </summary>
    public PlacedFact? SilentOnKaslr => IsWhole && Fact(m => m.HasKaslr) is null ? Kaslr : null;

    /// <summary>
    /// Whether every CPU is on Linux's list of safe CPUs or has CSV3: nothing forced KPTI, and no CPU needed it.
    /// </summary>
    public PlacedFact? IsSafe => IsWhole && UnmapsKernel?.Value != false
        && !Messages.Any(m => m.Value.IsForced || m.Value.IsVulnerable == true)
            ? new(true, $"{File} lists the CPU features without KPTI, which a CPU without CSV3 would need") : null;

    private PlacedFact? Fact(Func<SecurityMessage, bool?> fact) =>
        Messages.LastOrDefault(m => fact(m.Value) is not null) is { } said
            ? new(fact(said.Value)!.Value, $"{said.Place}: \"{said.Value.Text}\"") : null;
}

/// <summary>Something that a log decides.</summary>
/// <param name="Origin">The line that says it, or why its absence does.</param>
internal sealed record PlacedFact(bool Value, string Origin);
