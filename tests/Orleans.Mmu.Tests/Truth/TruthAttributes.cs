namespace Orleans.Mmu.Tests.Truth;

/// <summary>A fact about real kernels; skipped where their dumps are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TruthFactAttribute : FactAttribute
{
    public TruthFactAttribute()
    {
        Skip = TruthFolder.Missing!;
    }
}

/// <summary>A theory over real kernels; skipped where their dumps are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TruthTheoryAttribute : TheoryAttribute
{
    public TruthTheoryAttribute()
    {
        Skip = TruthFolder.Missing!;
    }
}

/// <summary>Gives a theory the name of every boot there is.</summary>
public sealed class TruthBoots : TheoryData<string>
{
    public TruthBoots()
    {
        foreach (string boot in TruthFolder.Boots)
            Add(boot);
    }
}
