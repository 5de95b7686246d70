using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Switches between two populated roots, held against a comparison of the two trees address by address.
/// </summary>
public sealed class LintSwitchPropertyTests
{
    private const ulong First = 0x1000;
    private const ulong Second = 0xa000;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong Shareability = 1UL << 8;
    private const ulong ReadOnly = 1UL << 7;
    private const int Slots = 3;
    private const int Pages = 3;

    // 4K pages and 30 bits: a root of level 2.
    private const ulong Tcr = 2UL << 30 | 34UL << 16 | 34;

    private static readonly ulong[] Tables = [0x2000, 0x3000, 0x4000];

    private sealed record Memory(ulong[] First, ulong[] Second, ulong[][] Tables);

    // Descriptors that often translate alike: a block and a page of the same slot lie in the same 2M.
    private static Gen<ulong> Leaf(ulong output, ulong type) => Gen.Select(
        Gen.Frequency((8, Gen.Const(0UL)), (1, Gen.Const(0x4000_0000UL))),
        Gen.Frequency((4, Gen.Const(0UL)), (1, Gen.Const(NotGlobal))),
        Gen.Frequency((9, Gen.Const(0UL)), (1, Gen.Const(Shareability))),
        Gen.Frequency((3, Gen.Const(0UL)), (1, Gen.Const(ReadOnly))),
        (other, global, type2, permission) =>
            (TraceText.Block(output + other) & ~NotGlobal | global | permission) ^ type2 | type);

    private static Gen<ulong[]> Root => Three(slot => Gen.Frequency(
        (2, Gen.Const(0UL)), (3, Leaf((ulong)slot << 21, 0)), (2, Gen.Const(Tables[slot] | 3))));

    private static Gen<ulong[]> Table(int slot) => Three(page => Gen.Frequency(
        (1, Gen.Const(0UL)), (2, Leaf(((ulong)slot << 21) + ((ulong)page << 12), 2))));

    private static Gen<T[]> Three<T>(Func<int, Gen<T>> of) =>
        Gen.Select(of(0), of(1), of(2), (a, b, c) => new[] { a, b, c });

    [Fact]
    public void TreesAreComparedAddressByAddress()
    {
        int legal = 0, illegal = 0;
        Gen.Select(
            Gen.Select(Root, Root, Three(Table),
                (first, second, tables) => new Memory(first, second, tables)),
            Gen.Bool, Gen.OneOf(Enum.GetValues<BbmLevel>())).ForAll((memory, oneAsid, level) =>
        {
            bool expected = Enumerable.Range(0, Slots * 512).Where(p => p % 512 < Pages + 1)
                .Any(page => Contradict(memory, page / 512, page % 512, oneAsid, level));
            bool found = Trace(memory, oneAsid).Lint(level).Violation is not null;
            Assert.Equal(expected, found);
            Interlocked.Increment(ref found ? ref illegal : ref legal);
        }, iter: 2000);
        Assert.True(legal > 20 && illegal > 20, $"{legal} legal and {illegal} illegal");
    }

    private static TraceText Trace(Memory memory, bool oneAsid)
    {
        var trace = new TraceText().Add($"sysreg-write ID (sysreg tcr_el1) (value 0x{Tcr:x})");
        for (int i = 0; i < Slots; i++)
        {
            for (int page = 0; page < Pages; page++)
                trace.Write(Tables[i] + 8 * (ulong)page, memory.Tables[i][page]);
            trace.Write(First + 8 * (ulong)i, memory.First[i]).Write(Second + 8 * (ulong)i, memory.Second[i]);
        }

        return trace.Add($"sysreg-write ID (sysreg ttbr0_el1) (value 0x{1UL << 48 | First:x})")
            .Add($"sysreg-write ID (sysreg ttbr0_el1) (value 0x{(oneAsid ? 1UL : 2) << 48 | Second:x})");
    }

    // Both trees share the table of a slot, so tables never contradict one another.
    private static bool Contradict(Memory memory, int slot, int page, bool oneAsid, BbmLevel level)
    {
        ulong a = memory.First[slot], b = memory.Second[slot];
        if ((a & b & 1) == 0 || (IsTable(a) && IsTable(b)))
            return false;
        if (!IsTable(a) && !IsTable(b))
            return (oneAsid || IsGlobal(a) || IsGlobal(b)) && IsHarmful(a ^ b);
        ulong block = IsTable(a) ? b : a;
        ulong leaf = page < Pages ? memory.Tables[slot][page] : 0;
        bool sizes = level is BbmLevel.Level0 or BbmLevel.Level1;
        // The table's own entry is one of an ASID.
        if ((leaf & 1) == 0)
            return sizes && (oneAsid || IsGlobal(block));
        if (!oneAsid && !IsGlobal(block) && !IsGlobal(leaf))
            return false;
        return sizes || IsHarmful((block + ((ulong)page << 12) ^ leaf) & ~2UL);
    }

    private static bool IsHarmful(ulong difference) =>
        (difference & (NotGlobal | Shareability | 0xffff_ffff_f000)) != 0;

    private static bool IsTable(ulong entry) => (entry & 3) == 3;

    private static bool IsGlobal(ulong leaf) => (leaf & NotGlobal) == 0;
}
