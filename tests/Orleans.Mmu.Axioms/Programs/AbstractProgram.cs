namespace Orleans.Mmu.Axioms.Programs;

/// <summary>What a CPU runs: its steps, the labels that stand before a step, and its handler's steps.</summary>
internal sealed record Cpu(
    IReadOnlyList<Step> Steps,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyDictionary<int, Value> Registers,
    int? HandlerAt = null,
    bool UpdatesAccessFlag = false,
    bool UpdatesDirtyState = false,
    bool Unprivileged = false)
{
    public string LabelAt(int index) => string.Join(
        '+', Labels.Where(label => label.Value == index).Select(label => label.Key).Order(StringComparer.Ordinal));
}

/// <summary>What a CPU does after a fault that no handler takes.</summary>
internal enum AfterFault
{
    Ends,
    Retries,
    Skips,
}

/// <summary>A fault that a test asks for; what is null matches everything.</summary>
internal sealed record FaultAtom(int Cpu, string? Label, string? Page, string? Type);

/// <summary>What a final state shows.</summary>
internal sealed record Observation(
    IReadOnlyList<(int Cpu, int Register)> Registers,
    IReadOnlyList<Location> Locations,
    IReadOnlyList<FaultAtom> Faults);

/// <summary>A litmus test as the oracle knows it; <c>Condition</c> is text that only the printed form needs.</summary>
internal sealed record AbstractProgram(
    string Name,
    IReadOnlyList<Cpu> Cpus,
    IReadOnlyDictionary<Location, Value> Memory,
    Observation Observed,
    AfterFault AfterFault = AfterFault.Ends,
    bool NeedsEts2 = false)
{
    /// <summary>A descriptor that nobody names maps its own page; other words hold 0.</summary>
    public Value Initial(Location location) =>
        Memory.TryGetValue(location, out var value) ? value
        : location.Kind == LocationKind.Descriptor ? new Value.Entry(new PageDescriptor(location.Page))
        : Value.Zero;
}
