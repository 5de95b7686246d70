using System.Collections.Immutable;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>An atomic's mnemonic in parts.</summary>
/// <param name="Stores">An ST form, which gives the old value to no register.</param>
internal sealed record AtomicName(LitmusAtomicOperation Operation, bool Stores, bool Acquires, bool Release);

/// <summary>The mnemonics of FEAT_LSE's read-modify-writes on words and doublewords.</summary>
internal static class AtomicNames
{
    private static readonly ImmutableDictionary<string, AtomicName> All = Make();

    /// <summary>The atomic of that name in upper case; null for no atomic.</summary>
    public static AtomicName? Find(string mnemonic) => All.GetValueOrDefault(mnemonic);

    private static ImmutableDictionary<string, AtomicName> Make()
    {
        var all = ImmutableDictionary.CreateBuilder<string, AtomicName>(StringComparer.Ordinal);
        foreach (var operation in Enum.GetValues<LitmusAtomicOperation>())
        {
            string stem = Stem(operation);
            string loads = operation == LitmusAtomicOperation.Exchange ? stem : $"LD{stem}";
            foreach (string suffix in (string[])["", "A", "L", "AL"])
            {
                bool acquires = suffix.StartsWith('A'), release = suffix.EndsWith('L');
                all.Add(loads + suffix, new(operation, false, acquires, release));
                // What no register gets is not acquired.
                if (operation != LitmusAtomicOperation.Exchange && !acquires)
                    all.Add($"ST{stem}{suffix}", new(operation, true, false, release));
            }
        }

        return all.ToImmutable();
    }

    private static string Stem(LitmusAtomicOperation operation) => operation switch
    {
        LitmusAtomicOperation.Exchange => "SWP",
        LitmusAtomicOperation.Add => "ADD",
        LitmusAtomicOperation.Clear => "CLR",
        LitmusAtomicOperation.Set => "SET",
        LitmusAtomicOperation.Xor => "EOR",
        LitmusAtomicOperation.SignedMax => "SMAX",
        LitmusAtomicOperation.SignedMin => "SMIN",
        LitmusAtomicOperation.UnsignedMax => "UMAX",
        LitmusAtomicOperation.UnsignedMin => "UMIN",
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no such atomic"),
    };
}
