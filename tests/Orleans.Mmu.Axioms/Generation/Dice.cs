namespace Orleans.Mmu.Axioms.Generation;

/// <summary>Choices that follow from a seed and from nothing else (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <returns>0 to <paramref name="sides"/> - 1.</returns>
    public int Roll(int sides)
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
        return (int)((mixed ^ mixed >> 31) % (ulong)sides);
    }

    public bool Percent(int percent) => Roll(100) < percent;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Roll(choices.Length)];
}
