namespace Orleans.Mmu.Grains.Admission;

/// <summary>The bounds of a silo's memory.</summary>
internal enum MemoryBound
{
    /// <summary>What explorations and replays may take.</summary>
    Shares,

    /// <summary>What boots, explorations and replays may take together.</summary>
    Work,

    /// <summary>What the process may use.</summary>
    Process,
}

/// <summary>The bound that a wish would exceed.</summary>
/// <param name="InUse">Bytes that are taken of it.</param>
/// <param name="Most">The bound in bytes.</param>
internal readonly record struct MemoryLack(MemoryBound Bound, long InUse, long Most)
{
    /// <summary>The state of the bound, as the first half of a refusal.</summary>
    public string Sentence => Bound switch
    {
        MemoryBound.Shares =>
            $"explorations and replays take {InUse >> 20} of the {Most >> 20} MB that this silo has for them",
        MemoryBound.Work =>
            $"boots, explorations and replays take {InUse >> 20} of the {Most >> 20} MB that this silo has for them",
        _ => $"{InUse >> 20} of the {Most >> 20} MB that this silo may use are in use",
    };
}
