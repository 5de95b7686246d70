namespace Orleans.Mmu.Fuzz.Cases;

/// <summary>The choices of one case: SplitMix64 from its seed, so that a seed makes the same case everywhere.</summary>
internal sealed class Dice(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    public ulong Seed { get; } = unchecked((ulong)seed);

    public ulong Bits()
    {
        unchecked
        {
            ulong x = _state += 0x9e3779b97f4a7c15UL;
            x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9UL;
            x = (x ^ (x >> 27)) * 0x94d049bb133111ebUL;
            return x ^ (x >> 31);
        }
    }

    /// <summary>0 to <paramref name="count"/> − 1; 0 where there is nothing to choose from.</summary>
    public int Below(int count) => count <= 1 ? 0 : (int)(Bits() % (ulong)count);

    public bool Chance(int percent) => Below(100) < percent;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>A length up to a limit; short ones are as likely as all longer ones together.</summary>
    public int Length(int most) => Chance(50) ? Below(Math.Min(most, 8) + 1) : Below(most + 1);
}
