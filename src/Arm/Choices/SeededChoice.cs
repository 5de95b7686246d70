namespace Orleans.Mmu.Arm.Choices;

/// <summary>
/// Choices that depend only on a seed, a purpose and the numbers given, never on the order in which messages arrive or
/// CPUs run, so that a seed repeats its run. The function is SplitMix64's finalizer over the parts.
/// </summary>
public readonly record struct SeededChoice(ulong Seed)
{
    /// <summary>64 bits for a purpose and up to three numbers.</summary>
    public ulong Bits(Purpose purpose, long a = 0, long b = 0, long c = 0)
    {
        ulong x = Mix(Seed ^ 0x9e3779b97f4a7c15UL * ((ulong)purpose + 1));
        x = Mix(x ^ unchecked((ulong)a) * 0xbf58476d1ce4e5b9UL);
        x = Mix(x ^ unchecked((ulong)b) * 0x94d049bb133111ebUL);
        return Mix(x ^ unchecked((ulong)c) * 0xd6e8feb86659fd93UL);
    }

    /// <summary>0 to <paramref name="count"/> − 1.</summary>
    public int Index(int count, Purpose purpose, long a = 0, long b = 0, long c = 0) =>
        (int)(Bits(purpose, a, b, c) % (ulong)count);

    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x += 0x9e3779b97f4a7c15UL;
            x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9UL;
            x = (x ^ (x >> 27)) * 0x94d049bb133111ebUL;
            return x ^ (x >> 31);
        }
    }
}

/// <summary>What a choice is for; choices of different purposes are independent of each other.</summary>
public enum Purpose
{
    Victim,
    Page,
    Hunter,
    Walk,
    Area,
    Access,
}
